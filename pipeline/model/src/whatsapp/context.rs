//! What stands around a message's content: who wrote it, what it answers, where its writer came from.

use crate::shape::shapes;

shapes! {
    /// Who a person is (Meta: business-scoped-user-ids). Each is absent where Meta does not tell it: a number, where the
    /// person has a username and neither wrote to this number in 30 days nor stands in the portfolio's contact book.
    /// `user_id` and `parent_user_id` mean a person within one business portfolio only.
    Identity {
        /// The number, digits without `+`.
        wa_id: Option<String>,
        /// `<ISO 3166 alpha-2>.<up to 128 letters and digits>`; another one after a change of number.
        user_id: Option<String>,
        /// `<ISO 3166 alpha-2>.ENT.<letters and digits>`, valid across the portfolios of a managed business.
        parent_user_id: Option<String>,
        /// The public name.
        username: Option<String>,
        /// Hash of the keys of the person's device.
        identity_key_hash: Option<String>,
    }

    /// What a message refers to.
    Context {
        /// The message that it answers.
        id: Option<String>,
        /// Who wrote that message; in a group another participant.
        from: Option<String>,
        /// Whether it was passed on.
        forwarded: Option<bool>,
        /// Whether it was passed on more than five times.
        frequently_forwarded: Option<bool>,
        /// The product that is asked about.
        referred_product: Option<Box<ReferredProduct>>,
        /// The story of the business that it answers, on Instagram.
        story: Option<Box<Story>>,
    }

    /// A story.
    Story {
        /// Its id.
        id: Option<String>,
        /// Where its picture or film can be fetched, for the day that it lives.
        url: Option<String>,
    }

    /// A product of a catalogue.
    ReferredProduct {
        /// The catalogue.
        catalog_id: Option<String>,
        /// The product in it.
        product_retailer_id: Option<String>,
    }

    /// The advertisement or the page that a person came from; on WhatsApp the 72 free hours of an entry point begin with it. The
    /// members from `ref` on are those of Messenger and Instagram.
    Referral {
        /// The page.
        source_url: Option<String>,
        /// Its id at Meta.
        source_id: Option<String>,
        /// `ad` or `post`.
        source_type: Option<String>,
        /// Its headline.
        headline: Option<String>,
        /// Its words.
        body: Option<String>,
        /// `image` or `video`.
        media_type: Option<String>,
        /// The image.
        image_url: Option<String>,
        /// The video.
        video_url: Option<String>,
        /// A still of the video.
        thumbnail_url: Option<String>,
        /// Id of the click; absent for advertisements in a status.
        ctwa_clid: Option<String>,
        /// How the business greets whom it brings.
        welcome_message: Option<Box<WelcomeMessage>>,
        /// What the link was given.
        r#ref: Option<String>,
        /// `ADS`, `SHORTLINK`, `CUSTOMER_CHAT_PLUGIN`, …
        source: Option<String>,
        /// `OPEN_THREAD`.
        r#type: Option<String>,
        /// The advertisement.
        ad_id: Option<String>,
        /// The page that had the plugin.
        referer_uri: Option<String>,
        /// More of the advertisement.
        ads_context_data: Option<Box<AdsContext>>,
    }

    /// An advertisement on Messenger or Instagram.
    AdsContext {
        /// Its title.
        ad_title: Option<String>,
        /// The image.
        photo_url: Option<String>,
        /// The video.
        video_url: Option<String>,
        /// The post.
        post_id: Option<String>,
        /// The product.
        product_id: Option<String>,
    }

    /// A greeting.
    WelcomeMessage {
        /// The words.
        text: Option<String>,
    }

    /// One of Meta's errors (Meta: support/error-codes). Only `code` tells one from another.
    MetaError {
        /// The code.
        code: Option<i64>,
        /// In few words.
        title: Option<String>,
        /// In more.
        message: Option<String>,
        /// Details.
        error_data: Option<Box<ErrorData>>,
        /// A page about it.
        href: Option<String>,
    }

    /// The details of an error.
    ErrorData {
        /// In words.
        details: Option<String>,
    }
}

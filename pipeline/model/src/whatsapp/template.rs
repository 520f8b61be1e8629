//! Changes of templates other than their status (Meta: webhooks/reference/message_template_quality_update,
//! message_template_components_update, template_category_update).

use crate::shape::shapes;
use crate::time::Millis;

shapes! {
    /// A template's quality.
    TemplateQuality {
        /// Meta's id of the template.
        message_template_id: Option<String>,
        /// Its name.
        message_template_name: Option<String>,
        /// Its language, as the webhook writes it.
        message_template_language: Option<String>,
        /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
        previous_quality_score: Option<String>,
        /// The same, from now on.
        new_quality_score: Option<String>,
    }

    /// A template's words.
    TemplateComponents {
        /// Meta's id of the template.
        message_template_id: Option<String>,
        /// Its name.
        message_template_name: Option<String>,
        /// Its language, as the webhook writes it.
        message_template_language: Option<String>,
        /// Its body.
        message_template_element: Option<String>,
        /// Its header.
        message_template_title: Option<String>,
        /// Its footer.
        message_template_footer: Option<String>,
        /// Its buttons.
        message_template_buttons: Vec<TemplateButton>,
    }

    /// A button of a template.
    TemplateButton {
        /// `URL`, `PHONE_NUMBER`, `QUICK_REPLY`, …
        message_template_button_type: Option<String>,
        /// What people read.
        message_template_button_text: Option<String>,
        /// Where it leads.
        message_template_button_url: Option<String>,
        /// Whom it calls.
        message_template_button_phone_number: Option<String>,
    }

    /// A template's category. With `correct_category` it is a notice, a day ahead, and `new_category` is the one that it
    /// has; without, the change has been made.
    TemplateCategory {
        /// Meta's id of the template.
        message_template_id: Option<String>,
        /// Its name.
        message_template_name: Option<String>,
        /// Its language, as the webhook writes it.
        message_template_language: Option<String>,
        /// The category until now, of a change that has been made.
        previous_category: Option<String>,
        /// The category that it has.
        new_category: Option<String>,
        /// The category that it will have.
        correct_category: Option<String>,
        /// When it will have it.
        category_update_timestamp: Option<Millis>,
    }
}

/// The parameters that a text of a template has, `{{1}}` or `{{name}}`: each once, in the order in which they appear.
pub fn parameters(text: &str) -> Vec<&str> {
    let names = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim());
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn a_parameter_counts_once_however_often_it_appears() {
        assert_eq!(parameters("Hello {{name}}, {{ 2 }} of {{10}} for {{name}}"), ["name", "2", "10"]);
        assert!(parameters("no {1}, {{ not closed").is_empty());
    }
}

//! Which zones a country calling code has (ITU-T E.164 and the IANA zones of its countries).
//!
//! Of a country with several zones those are given that people live in and whose clocks differ; the number does not say
//! which one is meant. `+1` is one entry for the whole North American plan: an area code says where a number was sold,
//! not where its owner is.

use chrono_tz::{Africa, America, Asia, Atlantic, Australia, Europe, Indian, Pacific, Tz};

/// Longest calling code, in digits.
const LONGEST: usize = 3;

/// The zones of the country whose calling code a number begins with; empty where there is none in the table.
pub(super) fn zones(digits: &str) -> &'static [Tz] {
    entry(digits).map_or(&[], |(_, zones)| zones)
}

/// The calling code that a number with its country begins with; `None` where it is not in the table.
pub fn calling_code(digits: &str) -> Option<u16> {
    entry(digits).map(|(code, _)| code)
}

fn entry(digits: &str) -> Option<(u16, &'static [Tz])> {
    let of = |length: usize| {
        let code: u16 = digits.get(..length)?.parse().ok()?;
        let found = CODES.binary_search_by_key(&code, |(code, _)| *code).ok()?;
        Some(CODES[found])
    };
    // No code begins with another one, so the order does not matter.
    (1..=LONGEST).find_map(of)
}

/// In the order of their numbers.
const CODES: &[(u16, &[Tz])] = &[
    (
        1,
        &[
            America::St_Johns,
            America::Halifax,
            America::New_York,
            America::Chicago,
            America::Denver,
            America::Phoenix,
            America::Los_Angeles,
            America::Anchorage,
            Pacific::Honolulu,
        ],
    ),
    (
        7,
        &[
            Europe::Kaliningrad,
            Europe::Moscow,
            Europe::Samara,
            Asia::Almaty,
            Asia::Yekaterinburg,
            Asia::Omsk,
            Asia::Krasnoyarsk,
            Asia::Irkutsk,
            Asia::Yakutsk,
            Asia::Vladivostok,
            Asia::Magadan,
            Asia::Kamchatka,
        ],
    ),
    (20, &[Africa::Cairo]),
    (27, &[Africa::Johannesburg]),
    (30, &[Europe::Athens]),
    (31, &[Europe::Amsterdam]),
    (32, &[Europe::Brussels]),
    (33, &[Europe::Paris]),
    (34, &[Europe::Madrid, Atlantic::Canary]),
    (36, &[Europe::Budapest]),
    (39, &[Europe::Rome]),
    (40, &[Europe::Bucharest]),
    (41, &[Europe::Zurich]),
    (43, &[Europe::Vienna]),
    (44, &[Europe::London]),
    (45, &[Europe::Copenhagen]),
    (46, &[Europe::Stockholm]),
    (47, &[Europe::Oslo]),
    (48, &[Europe::Warsaw]),
    (49, &[Europe::Berlin]),
    (51, &[America::Lima]),
    (52, &[America::Tijuana, America::Hermosillo, America::Mexico_City, America::Ciudad_Juarez, America::Cancun]),
    (53, &[America::Havana]),
    (54, &[America::Argentina::Buenos_Aires]),
    (55, &[America::Noronha, America::Sao_Paulo, America::Manaus, America::Rio_Branco]),
    (56, &[America::Santiago, America::Punta_Arenas, Pacific::Easter]),
    (57, &[America::Bogota]),
    (58, &[America::Caracas]),
    (60, &[Asia::Kuala_Lumpur]),
    (
        61,
        &[
            Australia::Sydney,
            Australia::Brisbane,
            Australia::Adelaide,
            Australia::Darwin,
            Australia::Perth,
            Australia::Lord_Howe,
            Indian::Christmas,
            Indian::Cocos,
        ],
    ),
    (62, &[Asia::Jakarta, Asia::Makassar, Asia::Jayapura]),
    (63, &[Asia::Manila]),
    (64, &[Pacific::Auckland, Pacific::Chatham]),
    (65, &[Asia::Singapore]),
    (66, &[Asia::Bangkok]),
    (81, &[Asia::Tokyo]),
    (82, &[Asia::Seoul]),
    (84, &[Asia::Ho_Chi_Minh]),
    (86, &[Asia::Shanghai]),
    (90, &[Europe::Istanbul]),
    (91, &[Asia::Kolkata]),
    (92, &[Asia::Karachi]),
    (93, &[Asia::Kabul]),
    (94, &[Asia::Colombo]),
    (95, &[Asia::Yangon]),
    (98, &[Asia::Tehran]),
    (211, &[Africa::Juba]),
    (212, &[Africa::Casablanca]),
    (213, &[Africa::Algiers]),
    (216, &[Africa::Tunis]),
    (218, &[Africa::Tripoli]),
    (220, &[Africa::Banjul]),
    (221, &[Africa::Dakar]),
    (222, &[Africa::Nouakchott]),
    (223, &[Africa::Bamako]),
    (224, &[Africa::Conakry]),
    (225, &[Africa::Abidjan]),
    (226, &[Africa::Ouagadougou]),
    (227, &[Africa::Niamey]),
    (228, &[Africa::Lome]),
    (229, &[Africa::PortoNovo]),
    (230, &[Indian::Mauritius]),
    (231, &[Africa::Monrovia]),
    (232, &[Africa::Freetown]),
    (233, &[Africa::Accra]),
    (234, &[Africa::Lagos]),
    (235, &[Africa::Ndjamena]),
    (236, &[Africa::Bangui]),
    (237, &[Africa::Douala]),
    (238, &[Atlantic::Cape_Verde]),
    (239, &[Africa::Sao_Tome]),
    (240, &[Africa::Malabo]),
    (241, &[Africa::Libreville]),
    (242, &[Africa::Brazzaville]),
    (243, &[Africa::Kinshasa, Africa::Lubumbashi]),
    (244, &[Africa::Luanda]),
    (245, &[Africa::Bissau]),
    (246, &[Indian::Chagos]),
    (248, &[Indian::Mahe]),
    (249, &[Africa::Khartoum]),
    (250, &[Africa::Kigali]),
    (251, &[Africa::Addis_Ababa]),
    (252, &[Africa::Mogadishu]),
    (253, &[Africa::Djibouti]),
    (254, &[Africa::Nairobi]),
    (255, &[Africa::Dar_es_Salaam]),
    (256, &[Africa::Kampala]),
    (257, &[Africa::Bujumbura]),
    (258, &[Africa::Maputo]),
    (260, &[Africa::Lusaka]),
    (261, &[Indian::Antananarivo]),
    (262, &[Indian::Reunion, Indian::Mayotte]),
    (263, &[Africa::Harare]),
    (264, &[Africa::Windhoek]),
    (265, &[Africa::Blantyre]),
    (266, &[Africa::Maseru]),
    (267, &[Africa::Gaborone]),
    (268, &[Africa::Mbabane]),
    (269, &[Indian::Comoro]),
    (290, &[Atlantic::St_Helena]),
    (291, &[Africa::Asmara]),
    (297, &[America::Aruba]),
    (298, &[Atlantic::Faroe]),
    (299, &[America::Nuuk, America::Scoresbysund, America::Danmarkshavn, America::Thule]),
    (350, &[Europe::Gibraltar]),
    (351, &[Europe::Lisbon, Atlantic::Azores]),
    (352, &[Europe::Luxembourg]),
    (353, &[Europe::Dublin]),
    (354, &[Atlantic::Reykjavik]),
    (355, &[Europe::Tirane]),
    (356, &[Europe::Malta]),
    (357, &[Asia::Nicosia]),
    (358, &[Europe::Helsinki]),
    (359, &[Europe::Sofia]),
    (370, &[Europe::Vilnius]),
    (371, &[Europe::Riga]),
    (372, &[Europe::Tallinn]),
    (373, &[Europe::Chisinau]),
    (374, &[Asia::Yerevan]),
    (375, &[Europe::Minsk]),
    (376, &[Europe::Andorra]),
    (377, &[Europe::Monaco]),
    (378, &[Europe::San_Marino]),
    (380, &[Europe::Kyiv]),
    (381, &[Europe::Belgrade]),
    (382, &[Europe::Podgorica]),
    (383, &[Europe::Belgrade]),
    (385, &[Europe::Zagreb]),
    (386, &[Europe::Ljubljana]),
    (387, &[Europe::Sarajevo]),
    (389, &[Europe::Skopje]),
    (420, &[Europe::Prague]),
    (421, &[Europe::Bratislava]),
    (423, &[Europe::Vaduz]),
    (500, &[Atlantic::Stanley]),
    (501, &[America::Belize]),
    (502, &[America::Guatemala]),
    (503, &[America::El_Salvador]),
    (504, &[America::Tegucigalpa]),
    (505, &[America::Managua]),
    (506, &[America::Costa_Rica]),
    (507, &[America::Panama]),
    (508, &[America::Miquelon]),
    (509, &[America::PortauPrince]),
    (590, &[America::Guadeloupe]),
    (591, &[America::La_Paz]),
    (592, &[America::Guyana]),
    (593, &[America::Guayaquil, Pacific::Galapagos]),
    (594, &[America::Cayenne]),
    (595, &[America::Asuncion]),
    (596, &[America::Martinique]),
    (597, &[America::Paramaribo]),
    (598, &[America::Montevideo]),
    (599, &[America::Curacao]),
    (670, &[Asia::Dili]),
    (673, &[Asia::Brunei]),
    (674, &[Pacific::Nauru]),
    (675, &[Pacific::Port_Moresby, Pacific::Bougainville]),
    (676, &[Pacific::Tongatapu]),
    (677, &[Pacific::Guadalcanal]),
    (678, &[Pacific::Efate]),
    (679, &[Pacific::Fiji]),
    (680, &[Pacific::Palau]),
    (681, &[Pacific::Wallis]),
    (682, &[Pacific::Rarotonga]),
    (683, &[Pacific::Niue]),
    (685, &[Pacific::Apia]),
    (686, &[Pacific::Tarawa, Pacific::Kanton, Pacific::Kiritimati]),
    (687, &[Pacific::Noumea]),
    (688, &[Pacific::Funafuti]),
    (689, &[Pacific::Tahiti, Pacific::Marquesas, Pacific::Gambier]),
    (690, &[Pacific::Fakaofo]),
    (691, &[Pacific::Chuuk, Pacific::Pohnpei]),
    (692, &[Pacific::Majuro]),
    (850, &[Asia::Pyongyang]),
    (852, &[Asia::Hong_Kong]),
    (853, &[Asia::Macau]),
    (855, &[Asia::Phnom_Penh]),
    (856, &[Asia::Vientiane]),
    (880, &[Asia::Dhaka]),
    (886, &[Asia::Taipei]),
    (960, &[Indian::Maldives]),
    (961, &[Asia::Beirut]),
    (962, &[Asia::Amman]),
    (963, &[Asia::Damascus]),
    (964, &[Asia::Baghdad]),
    (965, &[Asia::Kuwait]),
    (966, &[Asia::Riyadh]),
    (967, &[Asia::Aden]),
    (968, &[Asia::Muscat]),
    (970, &[Asia::Hebron]),
    (971, &[Asia::Dubai]),
    (972, &[Asia::Jerusalem]),
    (973, &[Asia::Bahrain]),
    (974, &[Asia::Qatar]),
    (975, &[Asia::Thimphu]),
    (976, &[Asia::Ulaanbaatar, Asia::Hovd]),
    (977, &[Asia::Kathmandu]),
    (992, &[Asia::Dushanbe]),
    (993, &[Asia::Ashgabat]),
    (994, &[Asia::Baku]),
    (995, &[Asia::Tbilisi]),
    (996, &[Asia::Bishkek]),
    (998, &[Asia::Tashkent]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_none_begins_with_another() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let texts: Vec<String> = CODES.iter().map(|(code, _)| code.to_string()).collect();
        for code in &texts {
            let longer = texts.iter().filter(|other| *other != code && other.starts_with(code.as_str()));
            assert_eq!(longer.count(), 0, "{code}");
        }
    }

    #[test]
    fn a_number_is_known_by_its_code() {
        assert_eq!(zones("4930123456"), [Europe::Berlin]);
        assert_eq!(zones("35312345678"), [Europe::Dublin]);
        assert_eq!(zones("16315550101").len(), 9);
        for unknown in ["", "8", "88213300655", "x49"] {
            assert_eq!(zones(unknown), [] as [Tz; 0], "{unknown}");
        }
    }
}

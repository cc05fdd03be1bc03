//! Clinical specialties.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A clinical specialty, by its code. The built-in ones are constants: 47, and 17 narrower ones that are each a part of
/// one of them. A taxonomy of one's own may add others.
///
/// ```
/// use medfeed::Specialty;
/// assert_eq!(Specialty::CARDIOLOGY.label(), "Cardiology");
/// assert_eq!("obstetrics-gynecology".parse::<Specialty>()?, Specialty::OBSTETRICS_GYNECOLOGY);
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Specialty(Cow<'static, str>);

macro_rules! specialties {
    (
        $($name:ident $code:literal $label:literal,)*
        ; // Parts of others.
        $($child:ident $child_code:literal $child_label:literal in $parent:ident,)*
    ) => {
        impl Specialty {
            $(#[doc = $label] pub const $name: Self = Self(Cow::Borrowed($code));)*
            $(#[doc = concat!($child_label, ": a part of [`", stringify!($parent), "`](Self::", stringify!($parent), ").")]
            pub const $child: Self = Self(Cow::Borrowed($child_code));)*

            /// The 47 built-in ones that are no part of another.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The 17 built-in ones that are a part of one of [`ALL`](Self::ALL): see [`parent`](Self::parent).
            pub const CHILDREN: &'static [Self] = &[$(Self::$child,)*];

            const PARENTS: &'static [Self] = &[$(Self::$parent,)*];

            const LABELS: &'static [(&'static str, &'static str)] =
                &[$(($code, $label),)* $(($child_code, $child_label),)*];
        }
    };
}

specialties! {
    CARDIOLOGY "cardiology" "Cardiology",
    PULMONOLOGY "pulmonology" "Pulmonology",
    GASTROENTEROLOGY "gastroenterology" "Gastroenterology",
    NEPHROLOGY "nephrology" "Nephrology",
    ENDOCRINOLOGY "endocrinology" "Endocrinology",
    HEMATOLOGY "hematology" "Hematology",
    ONCOLOGY "oncology" "Oncology",
    INFECTIOUS_DISEASES "infectious-diseases" "Infectious diseases",
    NEUROLOGY "neurology" "Neurology",
    PSYCHIATRY "psychiatry" "Psychiatry",
    PEDIATRICS "pediatrics" "Pediatrics",
    OBSTETRICS_GYNECOLOGY "obstetrics-gynecology" "Obstetrics and gynecology",
    SURGERY "surgery" "Surgery",
    ORTHOPEDICS "orthopedics" "Orthopedics",
    EMERGENCY_MEDICINE "emergency-medicine" "Emergency medicine",
    CRITICAL_CARE "critical-care" "Critical care",
    ANESTHESIOLOGY "anesthesiology" "Anesthesiology",
    RADIOLOGY "radiology" "Radiology",
    PATHOLOGY "pathology" "Pathology",
    DERMATOLOGY "dermatology" "Dermatology",
    OPHTHALMOLOGY "ophthalmology" "Ophthalmology",
    OTOLARYNGOLOGY "otolaryngology" "Otolaryngology",
    UROLOGY "urology" "Urology",
    RHEUMATOLOGY "rheumatology" "Rheumatology",
    ALLERGY_IMMUNOLOGY "allergy-immunology" "Allergy and immunology",
    GERIATRICS "geriatrics" "Geriatrics",
    PALLIATIVE_CARE "palliative-care" "Palliative care",
    FAMILY_MEDICINE "family-medicine" "Family medicine",
    INTERNAL_MEDICINE "internal-medicine" "Internal medicine",
    SPORTS_MEDICINE "sports-medicine" "Sports medicine",
    REHABILITATION "rehabilitation" "Rehabilitation",
    PUBLIC_HEALTH "public-health" "Public health",
    OCCUPATIONAL_HEALTH "occupational-health" "Occupational health",
    GENETICS "genetics" "Genetics",
    PHARMACOLOGY "pharmacology" "Pharmacology",
    NURSING "nursing" "Nursing",
    DENTISTRY "dentistry" "Dentistry",
    MEDICAL_EDUCATION "medical-education" "Medical education",
    HEALTH_POLICY "health-policy" "Health policy",
    HEALTH_INFORMATICS "health-informatics" "Health informatics",
    MEDICAL_ETHICS "medical-ethics" "Medical ethics",
    NUTRITION "nutrition" "Nutrition",
    PAIN_MEDICINE "pain-medicine" "Pain medicine",
    SLEEP_MEDICINE "sleep-medicine" "Sleep medicine",
    ADDICTION_MEDICINE "addiction-medicine" "Addiction medicine",
    TOXICOLOGY "toxicology" "Toxicology",
    TRANSPLANTATION "transplantation" "Transplantation",
    ; // Parts of others.
    PLASTIC_SURGERY "plastic-surgery" "Plastic surgery" in SURGERY,
    VASCULAR_SURGERY "vascular-surgery" "Vascular surgery" in SURGERY,
    NEUROSURGERY "neurosurgery" "Neurosurgery" in SURGERY,
    CARDIOTHORACIC_SURGERY "cardiothoracic-surgery" "Cardiothoracic surgery" in SURGERY,
    NEONATOLOGY "neonatology" "Neonatology" in PEDIATRICS,
    HEPATOLOGY "hepatology" "Hepatology" in GASTROENTEROLOGY,
    HIV_MEDICINE "hiv-medicine" "HIV" in INFECTIOUS_DISEASES,
    WOMENS_HEALTH "womens-health" "Women's health" in OBSTETRICS_GYNECOLOGY,
    MENS_HEALTH "mens-health" "Men's health" in UROLOGY,
    PODIATRY "podiatry" "Podiatry" in ORTHOPEDICS,
    OPTOMETRY "optometry" "Optometry" in OPHTHALMOLOGY,
    PHYSIOTHERAPY "physiotherapy" "Physiotherapy" in REHABILITATION,
    DIETETICS "dietetics" "Dietetics" in NUTRITION,
    PHARMACY_PRACTICE "pharmacy-practice" "Pharmacy practice" in PHARMACOLOGY,
    HOSPITAL_MEDICINE "hospital-medicine" "Hospital medicine" in INTERNAL_MEDICINE,
    TRAVEL_MEDICINE "travel-medicine" "Travel medicine" in INFECTIOUS_DISEASES,
    VACCINES "vaccines" "Vaccines" in INFECTIOUS_DISEASES,
}

impl Specialty {
    /// The code, such as `infectious-diseases`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }

    /// The words for people. For a specialty of one's own, made from the code.
    #[must_use]
    pub fn label(&self) -> Cow<'static, str> {
        if let Some((_, label)) = Self::LABELS.iter().find(|(code, _)| *code == self.0) {
            return Cow::Borrowed(label);
        }
        let mut words = self.0.replace('-', " ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Cow::Owned(words)
    }

    /// Whether it is one of the built-in ones.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        Self::LABELS.iter().any(|(code, _)| *code == self.0)
    }

    /// The built-in ones: [`ALL`](Self::ALL), then [`CHILDREN`](Self::CHILDREN).
    pub(crate) fn all_builtin() -> impl Iterator<Item = &'static Self> {
        Self::ALL.iter().chain(Self::CHILDREN)
    }

    /// What a built-in one is a part of: "neonatology" of "pediatrics". What is about the part is about the whole. `None`
    /// for one that is no part of another, and for one's own: a [`Taxonomy`](crate::Taxonomy) knows the parents of those.
    ///
    /// ```
    /// use medfeed::Specialty;
    /// assert_eq!(Specialty::NEONATOLOGY.parent(), Some(Specialty::PEDIATRICS));
    /// assert_eq!(Specialty::PEDIATRICS.parent(), None);
    /// ```
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let place = Self::CHILDREN.iter().position(|child| child == self)?;
        Self::PARENTS.get(place).cloned()
    }

    /// A built-in one by its code or label, whatever the case; else an error that names near ones.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn builtin(name: &str) -> Result<Self> {
        let wanted = crate::text::fold_title(name);
        let known = |code: &str, label: &str| {
            crate::text::fold_title(code) == wanted || crate::text::fold_title(label) == wanted
        };
        if let Some((code, _)) = Self::LABELS.iter().find(|(code, label)| known(code, label)) {
            return Ok(Self(Cow::Borrowed(code)));
        }
        let stem: String = wanted.chars().take(4).collect();
        let near: Vec<&str> = Self::LABELS
            .iter()
            .map(|(code, _)| *code)
            .filter(|code| !stem.is_empty() && code.contains(&stem))
            .collect();
        let shown = crate::text::shorten(&crate::text::clean_line(name), 60);
        Err(Error::invalid(if near.is_empty() {
            let all: Vec<&str> = Self::LABELS.iter().map(|(code, _)| *code).collect();
            format!("\"{shown}\" is no specialty: use one of {}", all.join(", "))
        } else {
            format!("\"{shown}\" is no specialty: did you mean {}?", near.join(" or "))
        }))
    }
}

impl fmt::Display for Specialty {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for Specialty {
    type Err = Error;

    /// Any well-formed code: lower-case words joined by hyphens. Use [`builtin`](Self::builtin) to insist on a known one.
    fn from_str(code: &str) -> Result<Self> {
        if let Some((code, _)) = Self::LABELS.iter().find(|(known, _)| *known == code) {
            return Ok(Self(Cow::Borrowed(code)));
        }
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if code.len() <= 64 && code.split('-').all(word) {
            Ok(Self(Cow::Owned(code.to_owned())))
        } else {
            Err(Error::invalid(
                "a specialty's code is lower-case words joined by hyphens, such as sleep-medicine",
            ))
        }
    }
}

impl TryFrom<String> for Specialty {
    type Error = Error;

    fn try_from(code: String) -> Result<Self> {
        code.parse()
    }
}

impl From<Specialty> for String {
    fn from(specialty: Specialty) -> Self {
        specialty.0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_errors_help() {
        assert_eq!((Specialty::ALL.len(), Specialty::CHILDREN.len()), (47, 17));
        assert_eq!(Specialty::builtin("neonatology").unwrap(), Specialty::NEONATOLOGY);
        assert_eq!(Specialty::builtin("HIV").unwrap(), Specialty::HIV_MEDICINE);
        assert_eq!(
            Specialty::builtin("Infectious Diseases").unwrap(),
            Specialty::INFECTIOUS_DISEASES
        );
        let near = Specialty::builtin("cardio").unwrap_err().to_string();
        assert!(
            near.contains("did you mean cardiology or cardiothoracic-surgery?"),
            "{near}"
        );
        assert!(
            Specialty::builtin("xyzzy")
                .unwrap_err()
                .to_string()
                .contains("toxicology")
        );
        assert_eq!(
            "long-covid-clinic".parse::<Specialty>().unwrap().label(),
            "Long covid clinic"
        );
        assert!("Not A Code".parse::<Specialty>().is_err() && "".parse::<Specialty>().is_err());
    }

    #[test]
    fn a_part_is_of_one_that_is_no_part() {
        for child in Specialty::CHILDREN {
            let parent = child.parent().unwrap();
            assert!(Specialty::ALL.contains(&parent) && parent.parent().is_none(), "{child}");
            assert!(child.is_builtin() && !Specialty::ALL.contains(child), "{child}");
        }
        assert_eq!("vaccines".parse::<Specialty>().unwrap().label(), "Vaccines");
        assert_eq!("long-covid-clinic".parse::<Specialty>().unwrap().parent(), None);
    }
}

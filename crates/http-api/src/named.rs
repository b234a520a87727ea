//! Enumerations of the domain as requests name them, spelled as the domain spells them.

/// Declares the wire form of an enumeration that was made by `domain::text_enum`. Made from the list of
/// its variants, so that a new one needs no word here.
macro_rules! named {
    ($(#[$meta:meta])* $body:ident for $domain:ty) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $body(pub(crate) $domain);

        impl<'de> ::serde::Deserialize<'de> for $body {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                const NAMES: &[&str] = &{
                    let mut names = [""; <$domain>::ALL.len()];
                    let mut index = 0;
                    while index < names.len() {
                        names[index] = <$domain>::ALL[index].as_str();
                        index += 1;
                    }
                    names
                };
                let text = String::deserialize(deserializer)?;
                let unknown = || ::serde::de::Error::unknown_variant(&text, NAMES);
                <$domain>::parse(&text).map(Self).ok_or_else(unknown)
            }
        }

        impl ::utoipa::__dev::ComposeSchema for $body {
            fn compose(
                _: Vec<::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema>>,
            ) -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                ::utoipa::openapi::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::schema::Type::String)
                    .enum_values(Some(<$domain>::ALL.iter().map(|each| each.as_str())))
                    .into()
            }
        }

        impl ::utoipa::ToSchema for $body {}
    };
}
pub(crate) use named;

//! Words that leave the program, each written in one place: JSON, tables and the types of scripts and of the extension
//! are made from these lists.

/// An enum whose values are known outside by a word each. It is written as the word, wherever it is written.
#[macro_export]
macro_rules! vocabulary {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident {
        $($(#[$of_value:meta])* $value:ident = $word:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $($(#[$of_value])* $value,)+
        }

        impl $name {
            /// Every value, in the order of their declaration.
            $visibility const ALL: &'static [$name] = &[$($name::$value,)+];

            /// The word for it, wherever it is written.
            $visibility const fn as_str(self) -> &'static str {
                match self {
                    $($name::$value => $word,)+
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

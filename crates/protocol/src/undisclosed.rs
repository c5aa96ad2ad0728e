//! What may be named in a log, but not shown.

/// `Debug` that prints a type's name and nothing it holds: ids, sealed envelopes, factor messages, birth dates
/// (docs/LOGGING.md). A derived one would show them to whoever writes `{:?}`.
#[macro_export]
macro_rules! undisclosed {
    ($($name:ident $(<$parameter:tt>)?),+) => {
        $($crate::undisclosed!(@one $name $($parameter)?);)+
    };
    (@one $name:ident) => { $crate::undisclosed!(@body [] $name); };
    (@one $name:ident $lifetime:lifetime) => { $crate::undisclosed!(@body [] $name<$lifetime>); };
    (@one $name:ident $parameter:ident) => { $crate::undisclosed!(@body [<$parameter>] $name<$parameter>); };
    (@body [$($generics:tt)*] $($named:tt)+) => {
        impl $($generics)* ::core::fmt::Debug for $($named)+ {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(concat!(stringify!($($named)+), " { .. }"))
            }
        }
    };
}

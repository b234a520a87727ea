//! What a cart needs to know of one variant.

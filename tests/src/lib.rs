//! Journeys live in tests/.

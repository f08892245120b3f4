//! Every method against stored reference values.

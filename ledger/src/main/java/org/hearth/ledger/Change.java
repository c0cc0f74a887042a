package org.hearth.ledger;

/// One change of durable state: an immutable record that says *what* changes, in the engine's
/// terms.
///
/// The slice that owns the state owns the record; storage turns it into rows. A change must be
/// complete in itself: it is written without reading anything first, so whoever appends it has
/// decided everything (under its own lock, if the decision depends on what is stored).
public interface Change {}

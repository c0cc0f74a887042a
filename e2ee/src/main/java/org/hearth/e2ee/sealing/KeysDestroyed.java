package org.hearth.e2ee.sealing;

import org.hearth.ledger.Change;

/// All keys of the scope are gone: what they sealed can never be opened again. Append it with
/// [EnvelopeSealing#forgetting] as its effect.
public record KeysDestroyed(KeyScope scope) implements Change {}

package org.hearth.e2ee.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A version of a user's backup.
///
/// @param version grows by one with each that the user makes, deleted ones too
/// @param authData algorithm-dependent: the public key and signatures on it
/// @param etag grows with each change of the keys
/// @param count how many keys are stored
public record BackupVersion(
    long version, String algorithm, ObjectNode authData, long etag, long count) {}

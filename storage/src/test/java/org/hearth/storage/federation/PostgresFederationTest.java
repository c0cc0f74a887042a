package org.hearth.storage.federation;

import org.hearth.storage.StorageTest;

class PostgresFederationTest extends FederationContract implements StorageTest.OnPostgres {}

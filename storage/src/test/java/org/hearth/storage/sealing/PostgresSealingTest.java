package org.hearth.storage.sealing;

import org.hearth.storage.StorageTest.OnPostgres;

class PostgresSealingTest extends SealingContract implements OnPostgres {}

package org.hearth.storage;

class H2BackupTest extends BackupContract implements StorageTest.OnH2 {}

package org.hearth.storage;

class H2ToPostgresCopyTest extends CopyContract implements StorageTest.OnH2 {}

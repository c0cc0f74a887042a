package org.hearth.storage;

class H2RowsTest extends RowsContract implements StorageTest.OnH2 {}

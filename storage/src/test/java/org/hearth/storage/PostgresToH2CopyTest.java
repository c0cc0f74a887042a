package org.hearth.storage;

class PostgresToH2CopyTest extends CopyContract implements StorageTest.OnPostgres {}

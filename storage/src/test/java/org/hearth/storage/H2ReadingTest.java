package org.hearth.storage;

class H2ReadingTest extends ReadingContract implements StorageTest.OnH2 {}

package org.hearth.storage.room;

class H2VerificationTest extends VerificationContract
    implements org.hearth.storage.StorageTest.OnH2 {}

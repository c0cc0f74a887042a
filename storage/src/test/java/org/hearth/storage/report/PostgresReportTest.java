package org.hearth.storage.report;

import org.hearth.storage.StorageTest;

class PostgresReportTest extends ReportContract implements StorageTest.OnPostgres {}

package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hearth.ledger.Entry;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.LedgerException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// "A connection lost during COMMIT is *unknown*: look for the batch row." A proxy loses it.
/// Without prepared statements, so that the proxy can read the word.
class PostgresLostCommitTest {

  private enum Cut {
    NEVER,
    BEFORE_COMMIT_ARRIVES,
    AFTER_COMMIT_ARRIVED
  }

  private ServerSocket proxy;
  private int server;
  private volatile Cut cut = Cut.NEVER;
  private Storage storage;
  private GroupCommitLedger ledger;

  @BeforeEach
  void openThroughProxy() throws IOException {
    var direct = Databases.postgres();
    var location = (DatabaseSettings.PostgreSql) direct.location();
    var uri = URI.create(location.url().substring("jdbc:".length()));
    server = uri.getPort();
    proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
    var url =
        "jdbc:postgresql://localhost:"
            + proxy.getLocalPort()
            + uri.getPath()
            + "?sslmode=disable&gssEncMode=disable&prepareThreshold=0";
    storage =
        Counters.open(
            DatabaseSettings.of(
                new DatabaseSettings.PostgreSql(url, location.user(), location.password())),
            StorageFixture.THROWING);
    Counters.createTables(storage.database());
    ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
  }

  @AfterEach
  void close() throws IOException {
    storage.close();
    proxy.close();
  }

  private void accept() {
    try {
      while (true) {
        var client = proxy.accept();
        var upstream = new Socket(InetAddress.getLoopbackAddress(), server);
        var muted = new AtomicBoolean();
        Thread.ofVirtual().start(() -> pump(client, upstream, true, muted));
        Thread.ofVirtual().start(() -> pump(upstream, client, false, muted));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pump(Socket from, Socket to, boolean fromClient, AtomicBoolean muted) {
    var buffer = new byte[65536];
    try (from;
        to) {
      for (int count; (count = from.getInputStream().read(buffer)) > 0; ) {
        if (fromClient
            && cut != Cut.NEVER
            && new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains("COMMIT")) {
          var how = cut;
          cut = Cut.NEVER;
          if (how == Cut.AFTER_COMMIT_ARRIVED) {
            muted.set(true);
            to.getOutputStream().write(buffer, 0, count);
            to.getOutputStream().flush();
            Thread.sleep(200);
          }
          return;
        }
        if (muted.get()) return;
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException | InterruptedException e) {
      // The other side is gone.
    }
  }

  private void count(long n) {
    var done = ledger.append(Entry.interactive(new Counters.Counted(0, n, Counters.payload(0, n))));
    ledger.step();
    try {
      done.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw (LedgerException) e.getCause();
    }
  }

  @Test
  void aCommitThatArrivedIsAcknowledgedThoughItsAnswerWasLost() {
    count(1);
    cut = Cut.AFTER_COMMIT_ARRIVED;
    count(2);
    count(3);

    assertThat(Counters.read(storage.database())).isEqualTo(Map.of(0L, 3L));
  }

  @Test
  void aCommitThatDidNotArriveIsAFailureAndCanBeTriedAgain() {
    count(1);
    cut = Cut.BEFORE_COMMIT_ARRIVES;
    assertThatThrownBy(() -> count(2)).isInstanceOf(LedgerException.Unavailable.class);
    assertThat(Counters.read(storage.database())).isEqualTo(Map.of(0L, 1L));

    count(2);
    assertThat(Counters.read(storage.database())).isEqualTo(Map.of(0L, 2L));
  }

  @Test
  void writingWorksAgainAfterTheServerDroppedItsConnections() throws Exception {
    count(1);
    try (var connection =
            java.sql.DriverManager.getConnection(
                ((DatabaseSettings.PostgreSql) Databases.postgres().location()).url(),
                "postgres",
                "postgres");
        var statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hearth writer'");
    }
    long end = System.nanoTime() + 20_000_000_000L;
    while (true) {
      try {
        count(2);
        break;
      } catch (LedgerException.Unavailable e) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(50);
      }
    }
    assertThat(Counters.read(storage.database())).isEqualTo(Map.of(0L, 2L));
  }
}

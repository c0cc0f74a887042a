package org.hearth.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.ledger.Entry;
import org.hearth.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rotates keys when an operator asks (`/_hearth/admin/v1/keys`), when a rotation was interrupted,
/// and after keys were destroyed: then what a database leaves behind of their rows is closed for
/// good.
final class KeyKeeping {
  private static final Logger LOG = LoggerFactory.getLogger(KeyKeeping.class);
  private static final String KEYS = "/_hearth/admin/v1/keys";

  private final KeyRotation rotation;
  private final StorageParts storage;
  private final Executor background;

  /// One at a time; who comes second is told so.
  private final AtomicBoolean busy = new AtomicBoolean();

  private volatile @Nullable String problem;

  /// @param background gives each task a thread of its own
  KeyKeeping(KeyRotation rotation, StorageParts storage, Executor background) {
    this.rotation = rotation;
    this.storage = storage;
    this.background = background;
  }

  void mount(Routes routes) {
    routes.get(KEYS, Auth.OPERATOR, this::status);
    routes.post(KEYS + "/rotate", Auth.OPERATOR, RotateRequest.class, this::rotate);
  }

  /// @param what `master`: the master key and the root keys; `root`: only these; `epochs`: what is
  ///   written from now on gets new keys in every room and account
  record RotateRequest(String what) {}

  /// `{"master_key": fingerprint, "root_key": number, "rotating": false, "wrapped": keys so far,
  /// "problem"?: "..."}`
  Reply status(Caller caller, Path path) {
    var progress = rotation.progress();
    var answer = new LinkedHashMap<String, Object>();
    answer.put("master_key", progress.masterKey());
    answer.put("root_key", progress.rootKey());
    answer.put("rotating", busy.get() || progress.rotating());
    answer.put("wrapped", progress.wrapped());
    var failure = problem;
    if (failure != null) answer.put("problem", failure);
    return Reply.ok(answer);
  }

  Reply rotate(Caller caller, Path path, RotateRequest body) {
    switch (body.what()) {
      case "epochs" -> {
        storage.storage().sealing().renewEpochs();
        storage.ledger().write(Entry.interactive());
        return status(caller, path);
      }
      case "master", "root" -> {
        boolean master = body.what().equals("master");
        if (master && !rotation.ownsMasterKey())
          return Reply.error(
              400,
              "M_INVALID_PARAM",
              "The master key does not come from a file. Give the server a new one, name the old"
                  + " one in master_key.previous_variable, and start it again");
        return start(() -> rotation.rotate(master))
            ? status(caller, path)
            : Reply.error(409, "M_LIMIT_EXCEEDED", "A rotation is under way");
      }
      default -> {
        return Reply.error(400, "M_INVALID_PARAM", "what is one of master, root, epochs");
      }
    }
  }

  /// Goes on with what was interrupted, and closes what was destroyed. Call it at the start and now
  /// and then.
  void step() {
    try {
      if (rotation.unfinished()) start(rotation::resume);
      else if (rotation.due()) start(() -> rotation.rotate(false));
    } catch (RuntimeException e) {
      LOG.warn("Whether keys are to be rotated could not be found out", e);
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private boolean start(Work work) {
    if (!busy.compareAndSet(false, true)) return false;
    problem = null;
    background.execute(
        () -> {
          try {
            work.run();
            LOG.info("Keys were rotated: {}", rotation.progress());
          } catch (IOException | UncheckedIOException | LedgerException e) {
            problem = String.valueOf(e.getMessage());
            LOG.warn("The rotation of keys stopped and will go on later", e);
          } finally {
            busy.set(false);
          }
        });
    return true;
  }
}

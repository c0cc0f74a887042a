package org.hearth.engine.sync;

import java.util.Collection;
import java.util.HashSet;
import java.util.function.Function;
import org.hearth.engine.presence.PresenceNews;
import org.hearth.engine.typing.Typing;
import org.hearth.ledger.Batch;
import org.hearth.ledger.Change;
import org.hearth.ledger.CommitListener;

/// Notes what each committed batch concerns, then wakes who waits for it.
public final class SyncNews implements CommitListener {
  private final Function<Change, Collection<Topic>> concerns;
  private final Freshness freshness;
  private final Waiters waiters;

  public SyncNews(
      Function<Change, Collection<Topic>> concerns,
      Freshness freshness,
      Waiters waiters,
      Typing typing,
      PresenceNews presence) {
    this.concerns = concerns;
    this.freshness = freshness;
    this.waiters = waiters;
    typing.listen(roomId -> waiters.wake(new Topic.Receipts(roomId)));
    presence.listen(
        (user, seenIn) -> {
          waiters.wake(new Topic.User(user));
          for (var roomId : seenIn) waiters.wake(new Topic.Receipts(roomId));
        });
  }

  @Override
  public void committed(long committed, Batch batch) {
    var touched = new HashSet<Topic>();
    for (var positioned : batch.changes()) {
      for (var topic : concerns.apply(positioned.change())) {
        freshness.note(topic, positioned.position());
        touched.add(topic);
      }
    }
    freshness.hear(committed);
    waiters.wake(touched);
  }
}

package org.hearth.e2ee;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.hearth.schemas.id.UserId;

/// One lock per user (striped), for decisions that depend on what is stored: it is held from
/// reading until the ledger's write is durable, so that the next decision sees this one.
///
/// Protects the rows of a user's keys, signatures, backups and remote device list. May be held by a
/// request's thread that waits for the ledger; never over network, and nobody on the ledger's
/// thread may take it.
public final class UserLocks {
  private static final int STRIPES = 1024;
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  public UserLocks() {
    for (int i = 0; i < STRIPES; i++) stripes[i] = new ReentrantLock();
  }

  public <T> T locked(UserId user, Supplier<T> action) {
    var lock = stripes[stripe(user)];
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /// Locks all of them, in an order that cannot deadlock.
  public <T> T locked(Collection<UserId> users, Supplier<T> action) {
    var wanted = users.stream().mapToInt(UserLocks::stripe).distinct().sorted().toArray();
    return locked(wanted, 0, action);
  }

  private <T> T locked(int[] wanted, int from, Supplier<T> action) {
    int taken = from;
    try {
      while (taken < wanted.length) stripes[wanted[taken++]].lock();
      return action.get();
    } finally {
      while (taken > from) stripes[wanted[--taken]].unlock();
    }
  }

  private static int stripe(UserId user) {
    return Math.floorMod(user.hashCode() * 0x9E3779B9, STRIPES);
  }
}

package org.hearth.simulator;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs activities as virtual threads on the one thread that calls [#run], and chooses by the seed
/// which of them goes on. Time stands still while anything can go on, and then jumps.
///
/// The code under test is the code of the server: it waits for futures and locks as it always does,
/// and every wait ends in [#execute]. What it must not do is wait for real time, or start threads.
/// Monitors and locks that other runs hold as well, the JDK's and the libraries', are waited for.
final class SeededScheduler implements Executor, InstantSource {
  private static final long START_MS = 1_700_000_000_000L;

  /// A run that takes more steps than this does not come to rest.
  private static final long MOST_STEPS = 4_000_000;

  /// No monitor is held that long, unless by an activity that waits while it holds it.
  private static final long MONITOR_SECONDS = 30;

  private static final Constructor<?> BUILDER = builder();
  private static final Method OWNER = owner();

  private final Chance chance;
  private final Trace trace;
  private final Thread.Builder threads;
  private final Consumer<Throwable> failed;
  private final List<Runnable> ready = new ArrayList<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::atMs).thenComparingLong(Timer::order));
  private final Map<Runnable, Thread> activities = new IdentityHashMap<>();
  private final LinkedBlockingQueue<Runnable> unblocked = new LinkedBlockingQueue<>();
  private @Nullable Thread starting;

  /// Whose turn it is.
  private volatile @Nullable Thread current;

  /// Everything runs on the thread that makes this.
  private final Thread carrier = Thread.currentThread();

  private long nowMs = START_MS;
  private long order;
  private long steps;
  private int running;

  private record Timer(long atMs, long order, Runnable then) {}

  /// @param failed told what an activity threw
  SeededScheduler(Chance chance, Trace trace, Consumer<Throwable> failed) {
    this.chance = chance;
    this.trace = trace;
    this.failed = failed;
    try {
      this.threads = (Thread.Builder) BUILDER.newInstance(this);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This JDK has no scheduler of virtual threads to set.", e);
    }
  }

  private static Constructor<?> builder() {
    try {
      var constructor =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "Start Java with --add-opens java.base/java.lang=ALL-UNNAMED (JDK 25).", e);
    }
  }

  private static Method owner() {
    try {
      var owner = AbstractOwnableSynchronizer.class.getDeclaredMethod("getExclusiveOwnerThread");
      owner.setAccessible(true);
      return owner;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "Start Java with --add-opens java.base/java.util.concurrent.locks=ALL-UNNAMED.", e);
    }
  }

  /// A virtual thread can go on. Called by the JDK; by another thread than this run's only if the
  /// virtual thread had to wait for a monitor or a lock that another run held.
  @Override
  public void execute(Runnable continuation) {
    var by = Thread.currentThread();
    if (by != carrier && by != current) {
      unblocked.add(continuation);
      return;
    }
    if (starting != null) activities.put(continuation, starting);
    ready.add(continuation);
  }

  void start(Runnable activity) {
    running++;
    var thread =
        threads.unstarted(
            () -> {
              try {
                activity.run();
              } catch (Crashed e) {
                // Its server is no more.
              } catch (Throwable e) {
                failed.accept(e);
              } finally {
                running--;
              }
            });
    starting = thread;
    thread.start();
    starting = null;
  }

  /// Goes on until nothing can and nothing is due. False if it does not come to rest.
  boolean run() {
    while (true) {
      while (!ready.isEmpty()) {
        if (++steps > MOST_STEPS) return false;
        if (!run(next())) return false;
      }
      var timer = timers.poll();
      if (timer == null) return true;
      nowMs = Math.max(nowMs, timer.atMs());
      timer.then().run();
    }
  }

  /// Runs it until it waits for something of the simulation. False if it never gets that far.
  private boolean run(Runnable continuation) {
    var activity = activities.get(continuation);
    if (activity == null) {
      continuation.run();
      return true;
    }
    current = activity;
    try {
      Runnable next = continuation;
      do {
        next.run();
        next = unblocked.poll();
        if (next == null && isHeldUp(activity, continuation))
          next = unblocked.poll(MONITOR_SECONDS, TimeUnit.SECONDS);
      } while (next != null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      current = null;
    }
    if (activity.getState() == Thread.State.TERMINATED) activities.remove(continuation);
    return !isHeldUp(activity, continuation);
  }

  /// Whether it waits for what another run has, or has just got it and is about to be handed over
  /// by the JDK: then it could go on, but is not among those that wait for their turn.
  private boolean isHeldUp(Thread activity, Runnable continuation) {
    return switch (activity.getState()) {
      case BLOCKED -> true;
      case RUNNABLE -> ready.isEmpty() || ready.getLast() != continuation;
      case WAITING -> LockSupport.getBlocker(activity) instanceof Object lock && isForeign(lock);
      default -> false;
    };
  }

  /// Whether another run holds it. The owner is null while that run is letting it go; an activity
  /// of this run would have woken who waits in the same turn.
  private boolean isForeign(Object lock) {
    if (lock.getClass().getNestHost() != ReentrantLock.class) return false;
    try {
      var owner = (Thread) OWNER.invoke(lock);
      return owner == null || !activities.containsValue(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The owner of a lock cannot be asked for.", e);
    }
  }

  private Runnable next() {
    int last = ready.size() - 1;
    int chosen = last == 0 ? 0 : chance.below(last + 1);
    trace.add(chosen * 31L + last);
    var task = ready.get(chosen);
    ready.set(chosen, ready.get(last));
    ready.remove(last);
    return task;
  }

  /// Activities that have not ended; after [#run] these wait for what never comes.
  int running() {
    return running;
  }

  long steps() {
    return steps;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(nowMs);
  }

  @Override
  public long millis() {
    return nowMs;
  }

  /// Milliseconds since the start of the run.
  long elapsed() {
    return nowMs - START_MS;
  }

  /// `then` must be short and must not wait.
  void at(long atMs, Runnable then) {
    timers.add(new Timer(atMs, ++order, then));
  }

  /// For activities.
  void sleep(long ms) {
    new Bell(this).await(nowMs + ms);
  }

  /// Lets others go on first.
  void pause() {
    Thread.yield();
  }

  /// Something that one activity waits for, at most until some moment.
  static final class Bell {
    private final SeededScheduler scheduler;
    private boolean rung;
    private Thread waiting = Thread.currentThread();

    Bell(SeededScheduler scheduler) {
      this.scheduler = scheduler;
    }

    void ring() {
      rung = true;
      LockSupport.unpark(waiting);
    }

    /// Returns at once if it has rung since the last time.
    void await(long untilMs) {
      waiting = Thread.currentThread();
      if (!rung && untilMs != Long.MAX_VALUE) scheduler.at(untilMs, this::ring);
      while (!rung) LockSupport.park(this);
      rung = false;
    }
  }
}

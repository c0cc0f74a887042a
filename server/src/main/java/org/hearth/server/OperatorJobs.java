package org.hearth.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.InvalidPathException;
import java.util.LinkedHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.copy.Progress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Long work on everything stored, for commands on the same machine: `/_hearth/admin/v1/jobs`. One
/// at a time; whoever started it asks how far it is.
///
/// A backup or copy writes where its request says, with the rights of this process. So only the key
/// in the data directory opens these: an administrator's login alone does not.
final class OperatorJobs {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorJobs.class);
  private static final String JOBS = "/_hearth/admin/v1/jobs";

  private final StorageWork work;
  private final Executor background;

  /// Protects the job; held for moments.
  private final ReentrantLock lock = new ReentrantLock();

  private @Nullable Job last;

  OperatorJobs(StorageWork work, Executor background) {
    this.work = work;
    this.background = background;
  }

  void mount(Routes routes) {
    routes.get("/_hearth/admin/v1/database", Auth.OPERATOR, (caller, path) -> stats());
    routes.get(JOBS, Auth.OPERATOR, this::job);
    routes.post(JOBS + "/check", Auth.OPERATOR, (caller, path) -> start("check", work::check));
    routes.post(JOBS + "/backup", Auth.OPERATOR, BackupRequest.class, this::backup);
    routes.post(JOBS + "/copy", Auth.OPERATOR, CopyRequest.class, this::copy);
  }

  /// Body of backup.
  ///
  /// @param directory absolute
  record BackupRequest(String directory) {}

  /// Body of copy.
  ///
  /// @param url of PostgreSQL; absent copies to H2 in `directory`
  /// @param directory absolute
  record CopyRequest(
      @Nullable String url,
      @Nullable String user,
      @Nullable String password,
      @Nullable String directory) {
    /// Passwords stay out of logs.
    @Override
    public String toString() {
      return "CopyRequest";
    }
  }

  /// What a job does; its result is JSON.
  @FunctionalInterface
  private interface Step {
    ObjectNode run(Progress progress) throws Exception;
  }

  private static final class Job implements Progress {
    final String name;

    /// Where it is, as of some moments ago.
    volatile Where where = new Where("starting", 0, 0);

    volatile @Nullable ObjectNode result;
    volatile @Nullable String error;

    Job(String name) {
      this.name = name;
    }

    record Where(String step, long done, long total) {}

    @Override
    public void at(String step, long done, long total) {
      where = new Where(step, done, total);
    }

    boolean running() {
      return result == null && error == null;
    }
  }

  private Reply stats() {
    return Reply.ok(work.stats());
  }

  private Reply backup(Caller caller, Path path, BackupRequest body) {
    onlyWithTheKey(caller);
    var directory = absolute(body.directory());
    return start("backup", progress -> work.backup(directory, progress));
  }

  private Reply copy(Caller caller, Path path, CopyRequest body) {
    onlyWithTheKey(caller);
    DatabaseSettings.Location target;
    if (body.url() != null) {
      target =
          new DatabaseSettings.PostgreSql(body.url(), text(body.user()), text(body.password()));
    } else {
      target = new DatabaseSettings.H2(absolute(text(body.directory())));
    }
    return start("copy", progress -> work.copy(target, progress, null));
  }

  private static java.nio.file.Path absolute(String directory) {
    try {
      var path = java.nio.file.Path.of(directory);
      if (path.isAbsolute()) return path;
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw RequestError.invalidParam("directory must be an absolute path");
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static void onlyWithTheKey(Caller caller) {
    if (caller.session().isPresent()) {
      throw RequestError.of(403, "M_FORBIDDEN", "Only for commands on the server's own machine");
    }
  }

  private Reply start(String name, Step step) {
    var job = new Job(name);
    lock.lock();
    try {
      if (last != null && last.running()) {
        return Reply.error(409, "M_UNKNOWN", "A " + last.name + " is running");
      }
      last = job;
    } finally {
      lock.unlock();
    }
    background.execute(() -> run(job, step));
    return shown(job);
  }

  private static void run(Job job, Step step) {
    LOG.info("The {} begins", job.name);
    try {
      job.result = step.run(job);
      LOG.info("The {} is done", job.name);
    } catch (Exception | Error e) {
      LOG.warn("The {} failed", job.name, e);
      job.error = String.valueOf(e.getMessage());
    }
  }

  private Reply job(Caller caller, Path path) {
    lock.lock();
    try {
      return last == null
          ? Reply.error(404, "M_NOT_FOUND", "No job was started since this server started")
          : shown(last);
    } finally {
      lock.unlock();
    }
  }

  private static Reply shown(Job job) {
    var shown = new LinkedHashMap<String, Object>();
    Job.Where where = job.where;
    shown.put("job", job.name);
    shown.put("step", where.step());
    shown.put("done", where.done());
    shown.put("total", where.total());
    ObjectNode result = job.result;
    String error = job.error;
    shown.put("running", result == null && error == null);
    if (result != null) shown.put("result", result);
    if (error != null) shown.put("failure", error);
    return Reply.ok(shown);
  }
}

package org.hearth.federation.client;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/// [Dns] by dnsjava: the system's name servers and hosts file, a cache that honours each record's
/// lifetime.
public final class DnsJava implements Dns {
  private static final long WAIT_SECONDS = 10;

  private static final Duration LOCAL_LIFETIME = Duration.ofMinutes(1);
  private static final Name LOCALHOST = Name.fromConstantString("localhost.");

  private final LookupSession session;
  private final HostsFileParser hosts = new HostsFileParser();
  private final RandomGenerator random;

  /// @param random picks among SRV records of equal priority
  public DnsJava(RandomGenerator random) {
    this.session = LookupSession.defaultBuilder().clearSearchPath().build();
    this.random = random;
  }

  /// IPv4 first: where a server has both, a broken IPv6 path is the more frequent trouble.
  ///
  /// A name in the hosts file is not asked of name servers, not even for the kind of address that
  /// the file does not have.
  @Override
  public Answer<InetAddress> addresses(String host) throws DnsFailure {
    Optional<Name> name = name(host);
    if (name.isEmpty()) return new Answer<>(List.of(), Duration.ZERO);
    List<InetAddress> local = local(name.get());
    if (!local.isEmpty()) return new Answer<>(local, LOCAL_LIFETIME);
    CompletableFuture<LookupResult> four = ask(name.get(), Type.A);
    CompletableFuture<LookupResult> six = ask(name.get(), Type.AAAA);
    List<Record> records = new ArrayList<>();
    DnsFailure failure = null;
    for (CompletableFuture<LookupResult> answer : List.of(four, six)) {
      try {
        records.addAll(records(host, answer));
      } catch (DnsFailure e) {
        failure = e;
      }
    }
    if (records.isEmpty() && failure != null) throw failure;
    List<InetAddress> addresses = new ArrayList<>();
    for (Record record : records) {
      switch (record) {
        case ARecord a -> addresses.add(a.getAddress());
        case AAAARecord aaaa -> addresses.add(aaaa.getAddress());
        default -> {}
      }
    }
    return new Answer<>(addresses, lifetime(records));
  }

  /// What the hosts file says, and the names that RFC 6761 gives to the machine itself.
  private List<InetAddress> local(Name name) {
    List<InetAddress> local = new ArrayList<>();
    try {
      hosts.getAddressForHost(name, Type.A).ifPresent(local::add);
      hosts.getAddressForHost(name, Type.AAAA).ifPresent(local::add);
    } catch (IOException e) {
      // Then there is no hosts file.
    }
    boolean loopback = name.equals(LOCALHOST) || name.subdomain(LOCALHOST);
    if (local.isEmpty() && loopback) {
      local.add(InetAddress.ofLiteral("127.0.0.1"));
      local.add(InetAddress.ofLiteral("::1"));
    }
    return local;
  }

  @Override
  public Answer<Service> services(String name) throws DnsFailure {
    Optional<Name> parsed = name(name);
    if (parsed.isEmpty()) return new Answer<>(List.of(), Duration.ZERO);
    List<Record> records = records(name, ask(parsed.get(), Type.SRV));
    List<SRVRecord> left = new ArrayList<>();
    for (Record record : records) {
      if (record instanceof SRVRecord srv) left.add(srv);
    }
    List<Service> ordered = new ArrayList<>();
    while (!left.isEmpty()) {
      SRVRecord next = pick(left);
      left.remove(next);
      String target = next.getTarget().toString(true);
      // RFC 2782: a target of "." says that the service is decidedly not available here.
      if (!target.isEmpty() && !target.equals("."))
        ordered.add(new Service(target, next.getPort()));
    }
    return new Answer<>(ordered, lifetime(records));
  }

  /// RFC 2782: lowest priority first; among equals at random, in proportion to the weights.
  private SRVRecord pick(List<SRVRecord> records) {
    int lowest = records.stream().mapToInt(SRVRecord::getPriority).min().orElseThrow();
    List<SRVRecord> candidates =
        records.stream()
            .filter(record -> record.getPriority() == lowest)
            .sorted(Comparator.comparingInt(SRVRecord::getWeight))
            .toList();
    int total = candidates.stream().mapToInt(SRVRecord::getWeight).sum();
    int mark = random.nextInt(total + 1);
    for (SRVRecord record : candidates) {
      mark -= record.getWeight();
      if (mark <= 0) return record;
    }
    return candidates.getLast();
  }

  private static Optional<Name> name(String host) {
    try {
      return Optional.of(Name.fromString(host.endsWith(".") ? host : host + "."));
    } catch (TextParseException e) {
      return Optional.empty();
    }
  }

  private CompletableFuture<LookupResult> ask(Name name, int type) {
    return session.lookupAsync(name, type).toCompletableFuture();
  }

  private static List<Record> records(String host, CompletableFuture<LookupResult> answer)
      throws DnsFailure {
    try {
      return answer.get(WAIT_SECONDS, TimeUnit.SECONDS).getRecords();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof NoSuchDomainException || cause instanceof NoSuchRRSetException) {
        return List.of();
      }
      throw new DnsFailure("no name server answered for " + host);
    } catch (TimeoutException e) {
      throw new DnsFailure("no name server answered for " + host + " in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DnsFailure("interrupted");
    }
  }

  private static Duration lifetime(List<Record> records) {
    long seconds = records.stream().mapToLong(Record::getTTL).min().orElse(0);
    return Duration.ofSeconds(seconds);
  }
}

package org.hearth.federation.client;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/// [Dns] by dnsjava: the system's name servers and hosts file, a cache that honours each record's
/// lifetime.
public final class DnsJava implements Dns {
  private static final long WAIT_SECONDS = 10;

  private final LookupSession session;
  private final RandomGenerator random;

  /// @param random picks among SRV records of equal priority
  public DnsJava(RandomGenerator random) {
    this.session =
        LookupSession.defaultBuilder().clearSearchPath().defaultHostsFileParser().build();
    this.random = random;
  }

  @Override
  public Answer<InetAddress> addresses(String host) throws DnsFailure {
    List<Record> records = new ArrayList<>(lookup(host, Type.AAAA));
    records.addAll(lookup(host, Type.A));
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

  @Override
  public Answer<Service> services(String name) throws DnsFailure {
    List<Record> records = lookup(name, Type.SRV);
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

  private List<Record> lookup(String host, int type) throws DnsFailure {
    try {
      Name name = Name.fromString(host.endsWith(".") ? host : host + ".");
      return session
          .lookupAsync(name, type)
          .toCompletableFuture()
          .get(WAIT_SECONDS, TimeUnit.SECONDS)
          .getRecords();
    } catch (TextParseException e) {
      return List.of();
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

package org.hearth.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.hearth.server.config.Config.Log;
import org.hearth.server.config.Config.LogFormat;
import org.hearth.server.config.Config.LogLevel;
import org.slf4j.LoggerFactory;

/// Sets up Logback without files: one stream, the standard error, as lines of text or of JSON.
///
/// Each line of a request carries its id (MDC key `request`). Nothing that a person wrote, no
/// token, no key and no query of a URL is ever logged. Public only because Logback finds it by
/// name, as its first configuration.
public final class Logs extends ContextAwareBase implements Configurator {
  /// Identifiers may hold line breaks and control sequences of terminals. A message is one line
  /// nevertheless, so that nobody forges another.
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level [%X{request:--}] %logger{0}:"
          + " %replace(%msg){'[\\p{Cc}\\p{Zl}\\p{Zp}]', '?'}%n%xEx{12}";

  /// Libraries that say much at info and little that an administrator can use.
  private static final List<String> QUIET =
      List.of("org.hibernate", "org.flywaydb", "com.zaxxer", "io.vertx", "io.netty", "org.jboss");

  /// Made by Logback.
  public Logs() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    set(context, new Log(LogLevel.INFO, LogFormat.TEXT));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /// Applies the configuration.
  static void apply(Log log) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) set(context, log);
  }

  /// Writes what is still buffered.
  static void flush() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) context.stop();
  }

  private static void set(LoggerContext context, Log log) {
    context.reset();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(log.format() == LogFormat.JSON ? json(context) : text(context));
    appender.start();
    var root = context.getLogger("ROOT");
    root.addAppender(appender);
    root.setLevel(Level.toLevel(log.level().name()));
    for (String name : QUIET) {
      Level level = log.level() == LogLevel.TRACE ? Level.DEBUG : Level.WARN;
      context.getLogger(name).setLevel(level);
    }
    // It warns of a dialect that is given on purpose: asking the database for it takes time.
    context.getLogger("org.hibernate.orm.deprecation").setLevel(Level.ERROR);
  }

  static Encoder<ILoggingEvent> text(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    var encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }
}

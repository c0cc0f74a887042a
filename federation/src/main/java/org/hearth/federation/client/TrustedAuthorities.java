package org.hearth.federation.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// The certificate authorities that other servers' certificates must come from: those of the JDK,
/// and the configured ones.
public final class TrustedAuthorities {
  private TrustedAuthorities() {}

  /// The JDK's authorities and those in `files` (PEM, several certificates each).
  ///
  /// @throws IOException if a file cannot be read or holds no certificate
  public static TrustManagerFactory with(List<Path> files) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (TrustManager manager : factory(null).getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate authority : x509.getAcceptedIssuers()) {
            store.setCertificateEntry("jdk-" + number++, authority);
          }
        }
      }
      for (Path file : files) {
        try (InputStream in = Files.newInputStream(file)) {
          for (Certificate authority :
              CertificateFactory.getInstance("X.509").generateCertificates(in)) {
            store.setCertificateEntry("extra-" + number++, authority);
          }
        } catch (GeneralSecurityException e) {
          throw new IOException(file + " holds no certificates in PEM form", e);
        }
      }
      return factory(store);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot set up the trusted certificate authorities", e);
    }
  }

  private static TrustManagerFactory factory(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}

package org.hearth.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority that lives as long as this JVM, with one certificate for `localhost`.
///
/// @param root PEM file of the authority's own certificate
/// @param certificate PEM file for `localhost`, `127.0.0.1` and `::1`
/// @param key PEM file of its key
record TestAuthority(Path root, Path certificate, Path key) {

  private static final class Shared {
    static final TestAuthority AUTHORITY = make();
  }

  static TestAuthority shared() {
    return Shared.AUTHORITY;
  }

  private static TestAuthority make() {
    try {
      Path directory = Files.createTempDirectory("hearth-test-authority");
      KeyPair rootKeys = keyPair();
      KeyPair keys = keyPair();
      X509Certificate root = certificate("Hearth Test CA", rootKeys, rootKeys.getPrivate(), true);
      X509Certificate leaf = certificate("localhost", keys, rootKeys.getPrivate(), false);
      return new TestAuthority(
          pem(directory.resolve("root.pem"), "CERTIFICATE", root.getEncoded()),
          pem(directory.resolve("certificate.pem"), "CERTIFICATE", leaf.getEncoded()),
          pem(directory.resolve("key.pem"), "PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(
      String name, KeyPair subject, PrivateKey signer, boolean authority)
      throws OperatorCreationException, GeneralSecurityException, CertIOException {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=Hearth Test CA"),
            new BigInteger(64, new SecureRandom()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofDays(7))),
            new X500Name("CN=" + name),
            subject.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (!authority) {
      var names =
          new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1")
          };
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }
    var signature = new JcaContentSignerBuilder("SHA256withECDSA").build(signer);
    return new JcaX509CertificateConverter().getCertificate(builder.build(signature));
  }

  private static Path pem(Path file, String type, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }
}

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.SignatureMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;

/**
 * The platform's own XML signatures (JSR 105), as agencies' Java systems use them. Each argument is one job, its parts
 * separated by commas: `sign,RSA|EC,PKCS8,ALGORITHM,DIGEST,C14N,IN,OUT` or `verify,RSA|EC,SPKI,IN`. One line per job:
 * `signed`, `valid` or `invalid`.
 */
public final class XmlDsig {
  private static final String ENVELOPE = "http://www.mic.gov.vn/TBT/QCVN_102_2016";
  private static final XMLSignatureFactory SIGNATURES = XMLSignatureFactory.getInstance("DOM");

  public static void main(String[] jobs) throws Exception {
    for (String job : jobs) {
      String[] parts = job.split(",");
      System.out.println(parts[0].equals("sign") ? sign(parts) : verify(parts));
    }
  }

  private static String sign(String[] job) throws Exception {
    byte[] pkcs8 = Files.readAllBytes(Path.of(job[2]));
    PrivateKey key = KeyFactory.getInstance(job[1]).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    Document document = read(job[6]);
    List<Transform> transforms = List.of(
        SIGNATURES.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null),
        SIGNATURES.newTransform(job[5], (TransformParameterSpec) null));
    DigestMethod digest = SIGNATURES.newDigestMethod(job[4], null);
    Reference reference = SIGNATURES.newReference("", digest, transforms, null, null);
    SignedInfo info = SIGNATURES.newSignedInfo(
        SIGNATURES.newCanonicalizationMethod(job[5], (C14NMethodParameterSpec) null),
        SIGNATURES.newSignatureMethod(job[3], (SignatureMethodParameterSpec) null),
        List.of(reference));
    DOMSignContext context = new DOMSignContext(key, document.getElementsByTagNameNS(ENVELOPE, "edXMLHeader").item(0));
    SIGNATURES.newXMLSignature(info, null).sign(context);
    TransformerFactory.newInstance().newTransformer()
        .transform(new DOMSource(document), new StreamResult(new File(job[7])));
    return "signed";
  }

  private static String verify(String[] job) throws Exception {
    byte[] spki = Files.readAllBytes(Path.of(job[2]));
    PublicKey key = KeyFactory.getInstance(job[1]).generatePublic(new X509EncodedKeySpec(spki));
    DOMValidateContext context = new DOMValidateContext(
        KeySelector.singletonKeySelector(key),
        read(job[3]).getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").item(0));
    return SIGNATURES.unmarshalXMLSignature(context).validate(context) ? "valid" : "invalid";
  }

  private static Document read(String file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(new File(file));
  }
}

import { createPublicKey } from 'node:crypto';
import { createEngine } from './engine.ts';

/** A small message, and the key that it was signed with for this purpose: the private one was not kept. */
const KEY =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEwvT2XuMrrt9xITr5GGKrXlAOeCg89vHqb0nSauUdHN5c/rQKCc1SfRNPpGUW1aUI2hs2jRiFxFYkL7u2fo4Nsw==';
const SAMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">
  <edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">
    <edXML:edXMLHeader>
      <edXML:MessageHeader>
        <edXML:From>
          <edXML:OrganId>A</edXML:OrganId>
          <edXML:OrganName>Mẫu</edXML:OrganName>
        </edXML:From>
        <edXML:To>
          <edXML:OrganId>B</edXML:OrganId>
          <edXML:OrganName>Thử</edXML:OrganName>
        </edXML:To>
        <edXML:To>
          <edXML:OrganId>C</edXML:OrganId>
        </edXML:To>
        <edXML:DocumentId>A,1</edXML:DocumentId>
        <edXML:Code>
          <edXML:CodeNumber>1</edXML:CodeNumber>
          <edXML:CodeNotation>A</edXML:CodeNotation>
        </edXML:Code>
        <edXML:PromulgationInfo>
          <edXML:Place>Mẫu</edXML:Place>
          <edXML:PromulgationDate>2026/01/01</edXML:PromulgationDate>
        </edXML:PromulgationInfo>
        <edXML:DocumentType>
          <edXML:Type>2</edXML:Type>
          <edXML:TypeName>Công văn</edXML:TypeName>
        </edXML:DocumentType>
        <edXML:Subject>Thử &amp;amp; mẫu</edXML:Subject>
        <edXML:Content>Thử</edXML:Content>
        <edXML:SignerInfo>
          <edXML:FullName>Mẫu</edXML:FullName>
        </edXML:SignerInfo>
        <edXML:OtherInfo>
          <edXML:Priority>0</edXML:Priority>
        </edXML:OtherInfo>
      </edXML:MessageHeader>
    <Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></CanonicalizationMethod><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></SignatureMethod><Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform><Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></Transform></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><DigestValue>inomaJsu+qrFZkWX+Sh0wdJF7lw5WnOOAKiwTGPlQHU=</DigestValue></Reference></SignedInfo><SignatureValue>htorjiRJBA0x5MQG7YyXnJwrCtUjY8BWhjA8MLtQ085Gbo5EFIP8Y/tja9e5YFAivJOI6Xy0M9+db/zPiv1eLQ==</SignatureValue></Signature></edXML:edXMLHeader>
    <edXML:edXMLBody>
      <edXML:edXMLManifest version="1.0">
        <edXML:Reference>
          <edXML:ContentId>cid:a</edXML:ContentId>
          <edXML:ContentType>text/plain</edXML:ContentType>
          <edXML:AttachmentName>a</edXML:AttachmentName>
        </edXML:Reference>
      </edXML:edXMLManifest>
    </edXML:edXMLBody>
  </edXML:edXMLEnvelope>
  <AttachmentEncoded>
    <Attachment>
      <ContentId>cid:a</ContentId>
      <AttachmentName>a</AttachmentName>
      <ContentType>text/plain</ContentType>
      <edXML:ContentTransferEncoded xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1dGh1</edXML:ContentTransferEncoded>
    </Attachment>
  </AttachmentEncoded>
</edXML>`;

/**
 * Verifies a built-in message, so that the first real one finds the engine and the cryptography ready: a new process spends
 * three quarters of its first verification on that. Throws when the sample does not verify.
 */
export function warmUp(): void {
  const key = createPublicKey({ key: Buffer.from(KEY, 'base64'), format: 'der', type: 'spki' });
  const result = createEngine({ cells: 1 << 14 })
    .open(Buffer.from(SAMPLE))
    .verify(key);
  if (!result.ok) throw new Error(`the engine does not verify its own sample: ${result.code}`);
}

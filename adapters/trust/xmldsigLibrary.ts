/** The library that writes XML signatures, fitted with its DOM and its cryptography. Loaded only by those who sign: it is large. */
import { webcrypto } from 'node:crypto';
import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import { setNodeDependencies } from 'xml-core';
import { Application, SignedXml } from 'xmldsigjs';

setNodeDependencies({ DOMParser, XMLSerializer });
Application.setEngine('node', webcrypto);

export { SignedXml };

// Command tlog judges an evidence log with the code of Go's checksum database, which shares nothing with the code that
// wrote the log: its newest checkpoint, every entry, checkpoints that were kept from before, and proofs that were handed out.
//
// Usage: tlog URL ORIGIN KEY < questions.json
//
// URL is where the log's files are, KEY the public key (P-256, SubjectPublicKeyInfo in DER, base64). It prints what it
// found true, or fails with what it found wrong.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type questions struct {
	// Signed checkpoints from before.
	Earlier []string `json:"earlier"`
	Records []struct {
		Record string `json:"record"`
		Proof  string `json:"proof"`
	} `json:"records"`
}

type answer struct {
	Size    int64 `json:"size"`
	Entries int64 `json:"entries"`
	Earlier int   `json:"earlier"`
	Proofs  int   `json:"proofs"`
}

func main() {
	found, err := judge(os.Args[1:], os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		panic(err)
	}
}

func judge(args []string, input io.Reader) (*answer, error) {
	if len(args) != 3 {
		return nil, fmt.Errorf("usage: tlog URL ORIGIN KEY")
	}
	files, origin := logFiles{args[0]}, args[1]
	key, err := readIssuer(origin, args[2])
	if err != nil {
		return nil, err
	}
	var asked questions
	if err := json.NewDecoder(input).Decode(&asked); err != nil {
		return nil, err
	}
	signed, err := files.get("checkpoint")
	if err != nil {
		return nil, err
	}
	newest, err := openCheckpoint(signed, key)
	if err != nil {
		return nil, fmt.Errorf("newest checkpoint: %w", err)
	}
	// Whatever this reader gives was checked against the root of the checkpoint.
	hashes := tlog.TileHashReader(newest, files)
	entries, err := checkEntries(files, newest, hashes)
	if err != nil {
		return nil, err
	}
	for _, kept := range asked.Earlier {
		if err := checkEarlier([]byte(kept), newest, hashes, key); err != nil {
			return nil, err
		}
	}
	for at, one := range asked.Records {
		if err := checkProof(one.Record, one.Proof, entries, newest, hashes, key); err != nil {
			return nil, fmt.Errorf("proof %d: %w", at, err)
		}
	}
	return &answer{newest.N, int64(len(entries)), len(asked.Earlier), len(asked.Records)}, nil
}

// issuer is the key of an axis as signed notes want it.
type issuer struct {
	name string
	id   uint32
	key  *ecdsa.PublicKey
}

func (i issuer) Name() string    { return i.name }
func (i issuer) KeyHash() uint32 { return i.id }
func (i issuer) Verify(text, signature []byte) bool {
	digest := sha256.Sum256(text)
	return ecdsa.VerifyASN1(i.key, digest[:], signature)
}

func readIssuer(name, text string) (issuer, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return issuer{}, err
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return issuer{}, err
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok {
		return issuer{}, fmt.Errorf("the key is not an ECDSA key")
	}
	digest := sha256.Sum256(der)
	return issuer{name, binary.BigEndian.Uint32(digest[:4]), key}, nil
}

// openCheckpoint opens a checkpoint: the checksum database's own parser wants another first line.
func openCheckpoint(signed []byte, key issuer) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key.name || lines[3] != "" {
		return tlog.Tree{}, fmt.Errorf("%q is not a checkpoint of %s", opened.Text, key.name)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// logFiles reads the files of a log as anybody may, and follows the redirects to where they lie.
type logFiles struct{ url string }

func (f logFiles) get(path string) ([]byte, error) {
	response, err := http.Get(f.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

func (f logFiles) Height() int                     { return 8 }
func (f logFiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (f logFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		hashes, err := f.get(pathOf(tile))
		if err != nil {
			return nil, err
		}
		read = append(read, hashes)
	}
	return read, nil
}

// pathOf names a tile as tlog-tiles does: without its height, and what holds entries by a word of its own.
func pathOf(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// checkEntries reads every bundle, and finds each of its entries in the tree of the checkpoint.
func checkEntries(files logFiles, tree tlog.Tree, hashes tlog.HashReader) ([][]byte, error) {
	var entries [][]byte
	for from := int64(0); from < tree.N; from += 256 {
		width := tree.N - from
		if width > 256 {
			width = 256
		}
		path := pathOf(tlog.Tile{H: 8, L: -1, N: from / 256, W: int(width)})
		bundle, err := files.get(path)
		if err != nil {
			return nil, err
		}
		var places []int64
		for at := from; at < from+width; at++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s ends within entry %d", path, at)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
			places = append(places, tlog.StoredHashIndex(0, at))
		}
		if len(bundle) > 0 {
			return nil, fmt.Errorf("%s has more than its entries", path)
		}
		leaves, err := hashes.ReadHashes(places)
		if err != nil {
			return nil, err
		}
		for at, leaf := range leaves {
			if entry := from + int64(at); tlog.RecordHash(entries[entry]) != leaf {
				return nil, fmt.Errorf("entry %d is not the one in the tree", entry)
			}
		}
	}
	return entries, nil
}

// checkEarlier finds a checkpoint in the tree of a newer one: nothing before it was changed or forgotten.
func checkEarlier(signed []byte, newest tlog.Tree, hashes tlog.HashReader, key issuer) error {
	earlier, err := openCheckpoint(signed, key)
	if err != nil {
		return fmt.Errorf("earlier checkpoint: %w", err)
	}
	proof, err := tlog.ProveTree(newest.N, earlier.N, hashes)
	if err != nil {
		return fmt.Errorf("checkpoint of %d: %w", earlier.N, err)
	}
	if err := tlog.CheckTree(proof, newest.N, newest.Hash, earlier.N, earlier.Hash); err != nil {
		return fmt.Errorf("checkpoint of %d: %w", earlier.N, err)
	}
	return nil
}

// checkProof checks a proof by itself, its checkpoint against the newest one, and its entry against the bundles.
func checkProof(record, text string, entries [][]byte, newest tlog.Tree, hashes tlog.HashReader, key issuer) error {
	head, signed, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return fmt.Errorf("it begins otherwise")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		path = append(path, hash)
	}
	tree, err := openCheckpoint([]byte(signed), key)
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(record))
	entry := append([]byte{1}, digest[:]...)
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	// Before anything is looked up by a place that the newest tree may not have.
	if err := checkEarlier([]byte(signed), newest, hashes, key); err != nil {
		return err
	}
	if !bytes.Equal(entries[index], entry) {
		return fmt.Errorf("entry %d is another one", index)
	}
	return nil
}

"""Which links of the software's records lead to the gateway, and what comes from there."""
import hashlib
import http.server
import ssl
import subprocess
import tempfile
import threading
import unittest

from rigs.district.papers import paper_links
from rigs.papers.download import download_all

CONTENT = b"m\xe1\xba\xabu" * 300_000


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/gone":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT) + (5 if self.path == "/cut" else 0)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_):
        pass


class PapersTest(unittest.TestCase):
    def test_only_links_of_papers_and_results_that_lead_to_the_gateway(self):
        record = {"email": "https://g:1/files/no", "qua_trinh": [{"ma": "1", "noi_dung": "https://g:1/files/no"}],
                  "giay_to_nop": [{"ma": "1", "duong_dan": "https://g:1/files/a"}, {"ma": "2"},
                                  {"ma": "3", "duong_dan": None}, {"ma": "4", "duong_dan": "https://g:12/files/b"}],
                  "ket_qua": [{"ma": "1", "duong_dan": "https://g:1/files/c"}]}
        for base in ("https://g:1", "https://g:1/"):
            self.assertEqual(list(paper_links(record, base)), ["https://g:1/files/a", "https://g:1/files/c"])

    def test_says_what_came_whole_and_what_did_not(self):
        with tempfile.TemporaryDirectory() as folder:
            key, cert = f"{folder}/key", f"{folder}/crt"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-keyout", key, "-out", cert, "-subj", "/CN=g", "-addext", "subjectAltName=IP:127.0.0.1"],
                           check=True, stderr=subprocess.DEVNULL)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(cert, key)
            with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
                server.socket = context.wrap_socket(server.socket, server_side=True)
                thread = threading.Thread(target=server.serve_forever)
                thread.start()
                base = f"https://127.0.0.1:{server.server_port}"
                whole, gone, cut = download_all([base + path for path in ("/a", "/gone", "/cut")], cert)
                server.shutdown()
                thread.join()
        self.assertEqual(whole, {"url": base + "/a", "bytes": len(CONTENT), "error": None,
                                 "sha256": hashlib.sha256(CONTENT).hexdigest()})
        self.assertEqual((gone["error"], gone["sha256"]), ("HTTP 404", ""))
        self.assertIn("bytes", cut["error"])
        self.assertEqual(cut["sha256"], "")

    def test_nobody_there_is_said(self):
        self.assertIn("refused", download_all(["https://127.0.0.1:1/a"], None)[0]["error"])


if __name__ == "__main__":
    unittest.main()

"""Fetches papers over TLS, a part at a time, two at once, and says what came."""
import hashlib
import ssl
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

PARALLEL = 2
PART_BYTES = 64 * 1024
TIMEOUT_SECONDS = 30


def download_all(urls, ca_file, cert_file=None, key_file=None):
    """[{"url", "bytes", "sha256", "error"}] in the order of `urls`; error is None when the paper came whole."""
    context = ssl.create_default_context(cafile=ca_file)
    if cert_file:
        context.load_cert_chain(cert_file, key_file)
    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(lambda url: _download(url, context), urls))


def _download(url, context):
    result = {"url": url, "bytes": 0, "sha256": "", "error": None}
    digest, size = hashlib.sha256(), 0
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS, context=context) as reply:
            while part := reply.read(PART_BYTES):
                digest.update(part)
                size += len(part)
            announced = reply.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        return result | {"error": f"HTTP {error.code}"}
    except OSError as error:
        return result | {"error": str(error)}
    if announced is not None and int(announced) != size:
        return result | {"error": f"{size} of {announced} bytes"}
    return result | {"bytes": size, "sha256": digest.hexdigest()}

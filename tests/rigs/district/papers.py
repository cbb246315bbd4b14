"""Which papers the software can get from the gateway: every link in its dossiers that leads there, fetched and digested."""
import psycopg2

from rigs.papers.download import download_all


def downloaded(dsn, gateway_url, ca_file, cert_file=None, key_file=None):
    """[{"url", "bytes", "sha256", "error"}], one for each link, fetched now."""
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT noi_dung FROM ho_so ORDER BY khoa")
            links = {link: None for (record,) in cursor for link in paper_links(record, gateway_url)}
    finally:
        connection.close()
    return download_all(list(links), ca_file, cert_file, key_file)


def paper_links(record, gateway_url):
    """Every `duong_dan` of the record, in its order, that leads to the gateway."""
    prefix = gateway_url.rstrip("/") + "/"
    for value in record.values():
        for element in value if isinstance(value, list) else []:
            link = element.get("duong_dan") or ""
            if link.startswith(prefix):
                yield link

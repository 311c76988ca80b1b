# Debian's sievelib (and a SCRAM exchange of Python's own library) at a ManageSieve port. Says what it was told, as JSON.
import base64, hashlib, hmac, json, secrets, socket, ssl, sys, warnings
warnings.simplefilter('ignore')
from sievelib.managesieve import Client

job = json.load(sys.stdin)
client = Client('127.0.0.1', job['port'])
told = {'signedIn': client.connect(job['user'], job['password'], starttls=True, authmech='PLAIN')}
script = job['script']
told['implementation'] = client.get_implementation()
told['room'] = client.havespace('假期', len(script))
told['checked'] = client.checkscript(script)
told['faulty'] = client.checkscript('file "x";')
told['fault'] = client.errmsg.decode()
told['put'] = client.putscript('假期', script)
told['got'] = client.getscript('假期')
told['active'] = client.setactive('假期')
told['listed'] = client.listscripts()
told['deletedActive'] = client.deletescript('假期')
told['renamed'] = client.renamescript('假期', 'main')
told['listedAfter'] = client.listscripts()
client.logout()

def line(stream):
    return stream.readline().decode().rstrip('\r\n')

def until_ok(stream):
    while not (text := line(stream)).startswith('OK'):
        assert text != '' and not text.startswith(('NO', 'BYE')), text
    return text

plain = socket.create_connection(('127.0.0.1', job['port']))
stream = plain.makefile('rwb')
until_ok(stream)
stream.write(b'STARTTLS\r\n'); stream.flush()
until_ok(stream)
context = ssl.create_default_context(cafile=job['ca'])
secured = context.wrap_socket(plain, server_hostname='localhost')
stream = secured.makefile('rwb')
until_ok(stream)
nonce = secrets.token_urlsafe(18)
first = f"n={job['user']},r={nonce}"
begin = base64.b64encode(f'n,,{first}'.encode()).decode()
stream.write(f'AUTHENTICATE "SCRAM-SHA-256" "{begin}"\r\n'.encode()); stream.flush()
challenge = base64.b64decode(line(stream).strip('"')).decode()
part = dict(each.split('=', 1) for each in challenge.split(','))
assert part['r'].startswith(nonce)
salted = hashlib.pbkdf2_hmac('sha256', job['password'].encode(), base64.b64decode(part['s']), int(part['i']))
digest = lambda key, text: hmac.new(key, text.encode(), 'sha256').digest()
last = f"c=biws,r={part['r']}"
signed = f'{first},{challenge},{last}'
key = digest(salted, 'Client Key')
proof = bytes(a ^ b for a, b in zip(key, digest(hashlib.sha256(key).digest(), signed)))
answer = base64.b64encode(f'{last},p={base64.b64encode(proof).decode()}'.encode()).decode()
stream.write(f'"{answer}"\r\n'.encode()); stream.flush()
final = until_ok(stream)
expected = base64.b64encode(f"v={base64.b64encode(digest(digest(salted, 'Server Key'), signed)).decode()}".encode()).decode()
told['serverProved'] = f'(SASL "{expected}")' in final
json.dump(told, sys.stdout)

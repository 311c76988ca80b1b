/** The domain of an author's address, as DMARC compares it. */
export function domainOfAuthor(address: string): string {
  return address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .replace(/\.$/, '')
}

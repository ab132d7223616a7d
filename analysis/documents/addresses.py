"""Tell which addresses are of the open web, whatever form hides another inside them."""

import ipaddress

NAT64 = ipaddress.ip_network("64:ff9b::/96")
OPEN = ipaddress.ip_network("2000::/3")  # of the sixth version, all that the web uses
NOT_OPEN = (ipaddress.ip_network("192.88.99.0/24"), ipaddress.ip_network("3fff::/20"))
ISATAP = 0x5EFE  # in an address that wraps another in its last 32 bits


def is_public(address: str) -> bool:
    """Return whether an address is one of the open web, whatever form hides another inside it.

    >>> is_public("127.0.0.1"), is_public("64:ff9b::7f00:1"), is_public("8.8.8.8")
    (False, False, True)
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if (int(ip) >> 32) & 0xFFFF == ISATAP:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inside:
            return is_public(str(inside))
        if ip not in OPEN:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_OPEN)

// What must hold between the fields of a VirtualService, and the old spellings of header changes. Each runs when its
// type's fields have been read (FieldTable's finish). The rules are Istio's admission rules.
#pragma once

#include "api/istio/virtual_service.h"
#include "api/place.h"

namespace weft::api::istio {

void check_string_match(const Place& place, StringMatch& match);
void check_port_selector(const Place& place, PortSelector& port);
void check_http_match(const Place& place, HttpMatchRequest& match);
void check_http_destination(const Place& place, HttpRouteDestination& destination);
void check_http_route(const Place& place, HttpRoute& route);
void check_tls_match(const Place& place, TlsMatch& match);
void check_tls_route(const Place& place, TlsRoute& route);
void check_tcp_route(const Place& place, TcpRoute& route);
void check_virtual_service(const Place& place, VirtualService& service);

// Namespaces an object is shown to: no duplicates, "*" alone.
void check_export_list(const Place& place, const std::vector<std::string>& export_to);

// Old spellings are read by finish(), once the modern ones are known.
template <class T>
void read_with_headers(const Place&, T&) {}

// v1alpha2's header changes (appendHeaders, removeResponseHeaders ...), added to `headers`; what is there wins.
void map_old_headers(const Place& place, std::optional<Headers>& headers);

}  // namespace weft::api::istio

// What certificates are made with and recorded in.
#pragma once

namespace weft::control {

class Authority;
class IssuedCertificates;

// Both outlive whoever is given this.
struct Certification {
  Authority* authority;
  IssuedCertificates* issued;
};

}  // namespace weft::control

// Origin: which object of the user's configuration a decision came from; travels in xDS metadata (D10).
#pragma once

#include <string>

namespace weft::decide {

// Of a route or cluster. Fields are empty (line 0) where the control plane did not say.
struct Origin {
  std::string object;  // "VirtualService shop/cart"
  std::string file;
  int line = 0;
  std::string istio_config;  // Istio's own `config` path
};

}  // namespace weft::decide

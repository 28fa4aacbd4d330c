#include "control/mesh/locality.h"

#include <gtest/gtest.h>

namespace weft::control::mesh {
namespace {

TEST(LocalityOf, takes_the_label_that_says_all_before_those_of_parts) {
  EXPECT_EQ(locality_of({{"istio-locality", "r.z.s"}, {"topology.kubernetes.io/region", "other"}}),
            (Locality{"r", "z", "s"}));
  EXPECT_EQ(locality_of({{"topology.kubernetes.io/region", "r"},
                         {"topology.kubernetes.io/zone", "z"},
                         {"topology.istio.io/subzone", "s"}}),
            (Locality{"r", "z", "s"}));
}

TEST(LocalityOf, falls_back_on_the_zone_that_is_known_otherwise) {
  EXPECT_EQ(locality_of({}, "z"), (Locality{"", "z", ""}));
  EXPECT_EQ(locality_of({{"istio-locality", "r"}}, "z"), (Locality{"r", "", ""}));
}

TEST(ParseLocality, takes_fewer_parts) {
  EXPECT_EQ(parse_locality("r"), (Locality{"r", "", ""}));
  EXPECT_EQ(parse_locality("r/z"), (Locality{"r", "z", ""}));
  EXPECT_EQ(parse_locality("r/z/s"), (Locality{"r", "z", "s"}));
  EXPECT_EQ(parse_locality(""), Locality());
}

TEST(MatchesLocality, lets_a_star_or_a_missing_part_stand_for_all) {
  const Locality here{"r", "z", "s"};
  for (const char* pattern : {"*", "r", "r/*", "r/z", "r/z/*", "r/z/s"})
    EXPECT_TRUE(matches(parse_locality(pattern), here)) << pattern;
  for (const char* pattern : {"q", "r/y", "r/z/t"}) EXPECT_FALSE(matches(parse_locality(pattern), here)) << pattern;
}

TEST(LabelValue, of_a_part_of_the_locality_is_the_localitys) {
  const model::Labels labels = {{"istio-locality", "r.z.s"}, {"rack", "7"}};
  EXPECT_EQ(label_value(labels, "topology.kubernetes.io/zone"), "z");
  EXPECT_EQ(label_value(labels, "rack"), "7");
  EXPECT_EQ(label_value(labels, "none"), "");
}

}  // namespace
}  // namespace weft::control::mesh

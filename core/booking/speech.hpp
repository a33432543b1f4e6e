// What a caller hears: labels of instants and lists, made to be read aloud by a voice as they stand.
#pragma once

#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace holdfast::booking {

// "Thursday, August 27 at 10:30 AM" in `zone`. Where the clock shows that time twice (DST fold) the label says which
// one is meant: "… daylight time" or "… standard time". Never contains a digit string a voice would stumble over.
std::string spoken_label(Instant instant, const Zone& zone);
// "Thursday, August 27".
std::string spoken_date(CivilDate date);
// "A", "A or B", "A, B, or C".
std::string spoken_choices(const std::vector<std::string>& items);

}  // namespace holdfast::booking

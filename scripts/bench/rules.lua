-- Four indicators of the reference workload as rules: the same verdicts and scores as the criteria of plan.yaml that they stand for.
local function at_least(name, target)
  return function(x)
    local v = x[name]
    if v == nil then return no_data() end
    local score = math.min(1.2, v / target)
    if v >= target then return met(nil, score) end
    return unmet(nil, score)
  end
end

local function at_most(name, target)
  return function(x)
    local v = x[name]
    if v == nil then return no_data() end
    local score = 1.2
    if v > 0 then score = math.min(1.2, target / v) end
    if v <= target then return met(nil, score) end
    return unmet(nil, score)
  end
end

rule "r01" { doc = "vacancy rate", reads = { "i01" }, check = at_most("i01", 3.5) }
rule "r02" { doc = "participation", reads = { "i02" }, check = at_least("i02", 50) }
rule "r05" { doc = "satisfaction", reads = { "i05" }, check = at_least("i05", 7.5) }
rule "r09" { doc = "days to answer", reads = { "i09" }, check = at_most("i09", 14) }

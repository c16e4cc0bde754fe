# Makes one value in a hundred of a reference table open-ended: awk -f open.awk IN >OUT. Truth values stay as they are.
BEGIN { FS = OFS = "," }
NR == 1 {
    for (i = 4; i <= NF; i++) number[i] = $i != "i10" && $i != "i24"
    print
    next
}
{
    for (i = 4; i <= NF; i++) {
        if ($i == "" || !number[i]) continue
        seed = (seed * 16807 + 11) % 2147483647
        if (seed % 100 == 0) $i = ">= " $i
    }
    print
}

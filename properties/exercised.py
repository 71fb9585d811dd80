"""Every invariant finds something to look at, which is counted as a ``sometimes``: one that never does says nothing."""

from simcore import World, sometimes

from ._history import exercised


@sometimes
def i1_has_something_to_look_at(world: World) -> None:
    """I1 has been exercised."""
    assert exercised(world)["I1"]


@sometimes
def i2_has_something_to_look_at(world: World) -> None:
    """I2 has been exercised."""
    assert exercised(world)["I2"]


@sometimes
def i3_has_something_to_look_at(world: World) -> None:
    """I3 has been exercised."""
    assert exercised(world)["I3"]


@sometimes
def i4_has_something_to_look_at(world: World) -> None:
    """I4 has been exercised."""
    assert exercised(world)["I4"]


@sometimes
def i5_has_something_to_look_at(world: World) -> None:
    """I5 has been exercised."""
    assert exercised(world)["I5"]


@sometimes
def i6_has_something_to_look_at(world: World) -> None:
    """I6 has been exercised."""
    assert exercised(world)["I6"]


@sometimes
def i7_has_something_to_look_at(world: World) -> None:
    """I7 has been exercised."""
    assert exercised(world)["I7"]


@sometimes
def i8_has_something_to_look_at(world: World) -> None:
    """I8 has been exercised."""
    assert exercised(world)["I8"]


@sometimes
def i10_has_something_to_look_at(world: World) -> None:
    """I10 has been exercised."""
    assert exercised(world)["I10"]


@sometimes
def i11_has_something_to_look_at(world: World) -> None:
    """I11 has been exercised."""
    assert exercised(world)["I11"]


@sometimes
def i12_has_something_to_look_at(world: World) -> None:
    """I12 has been exercised."""
    assert exercised(world)["I12"]


@sometimes
def i13_has_something_to_look_at(world: World) -> None:
    """I13 has been exercised."""
    assert exercised(world)["I13"]


@sometimes
def i14_has_something_to_look_at(world: World) -> None:
    """I14 has been exercised."""
    assert exercised(world)["I14"]


@sometimes
def i15_has_something_to_look_at(world: World) -> None:
    """I15 has been exercised."""
    assert exercised(world)["I15"]


@sometimes
def i16_has_something_to_look_at(world: World) -> None:
    """I16 has been exercised."""
    assert exercised(world)["I16"]


@sometimes
def i17_has_something_to_look_at(world: World) -> None:
    """I17 has been exercised."""
    assert exercised(world)["I17"]


@sometimes
def i18_has_something_to_look_at(world: World) -> None:
    """I18 has been exercised."""
    assert exercised(world)["I18"]


@sometimes
def i19_has_something_to_look_at(world: World) -> None:
    """I19 has been exercised."""
    assert exercised(world)["I19"]


@sometimes
def i20_has_something_to_look_at(world: World) -> None:
    """I20 has been exercised."""
    assert exercised(world)["I20"]


@sometimes
def i21_has_something_to_look_at(world: World) -> None:
    """I21 has been exercised."""
    assert exercised(world)["I21"]


@sometimes
def i22_has_something_to_look_at(world: World) -> None:
    """I22 has been exercised."""
    assert exercised(world)["I22"]


@sometimes
def i23_has_something_to_look_at(world: World) -> None:
    """I23 has been exercised."""
    assert exercised(world)["I23"]


@sometimes
def i24_has_something_to_look_at(world: World) -> None:
    """I24 has been exercised."""
    assert exercised(world)["I24"]


@sometimes
def i25_has_something_to_look_at(world: World) -> None:
    """I25 has been exercised."""
    assert exercised(world)["I25"]


@sometimes
def i26_has_something_to_look_at(world: World) -> None:
    """I26 has been exercised."""
    assert exercised(world)["I26"]


@sometimes
def i27_has_something_to_look_at(world: World) -> None:
    """I27 has been exercised."""
    assert exercised(world)["I27"]


@sometimes
def i28_has_something_to_look_at(world: World) -> None:
    """I28 has been exercised."""
    assert exercised(world)["I28"]


@sometimes
def i29_has_something_to_look_at(world: World) -> None:
    """I29 has been exercised."""
    assert exercised(world)["I29"]


@sometimes
def i30_has_something_to_look_at(world: World) -> None:
    """I30 has been exercised."""
    assert exercised(world)["I30"]


@sometimes
def i31_has_something_to_look_at(world: World) -> None:
    """I31 has been exercised."""
    assert exercised(world)["I31"]


@sometimes
def i32_has_something_to_look_at(world: World) -> None:
    """I32 has been exercised."""
    assert exercised(world)["I32"]


@sometimes
def i33_has_something_to_look_at(world: World) -> None:
    """I33 has been exercised."""
    assert exercised(world)["I33"]


@sometimes
def i34_has_something_to_look_at(world: World) -> None:
    """I34 has been exercised."""
    assert exercised(world)["I34"]


@sometimes
def i35_has_something_to_look_at(world: World) -> None:
    """I35 has been exercised."""
    assert exercised(world)["I35"]


@sometimes
def i36_has_something_to_look_at(world: World) -> None:
    """I36 has been exercised."""
    assert exercised(world)["I36"]


@sometimes
def i37_has_something_to_look_at(world: World) -> None:
    """I37 has been exercised."""
    assert exercised(world)["I37"]


@sometimes
def i38_has_something_to_look_at(world: World) -> None:
    """I38 has been exercised."""
    assert exercised(world)["I38"]


@sometimes
def i39_has_something_to_look_at(world: World) -> None:
    """I39 has been exercised."""
    assert exercised(world)["I39"]


@sometimes
def i40_has_something_to_look_at(world: World) -> None:
    """I40 has been exercised."""
    assert exercised(world)["I40"]


@sometimes
def i41_has_something_to_look_at(world: World) -> None:
    """I41 has been exercised."""
    assert exercised(world)["I41"]


@sometimes
def i42_has_something_to_look_at(world: World) -> None:
    """I42 has been exercised."""
    assert exercised(world)["I42"]


@sometimes
def i43_has_something_to_look_at(world: World) -> None:
    """I43 has been exercised."""
    assert exercised(world)["I43"]


@sometimes
def i44_has_something_to_look_at(world: World) -> None:
    """I44 has been exercised."""
    assert exercised(world)["I44"]


@sometimes
def i45_has_something_to_look_at(world: World) -> None:
    """I45 has been exercised."""
    assert exercised(world)["I45"]


@sometimes
def i46_has_something_to_look_at(world: World) -> None:
    """I46 has been exercised."""
    assert exercised(world)["I46"]


@sometimes
def i47_has_something_to_look_at(world: World) -> None:
    """I47 has been exercised."""
    assert exercised(world)["I47"]


@sometimes
def i48_has_something_to_look_at(world: World) -> None:
    """I48 has been exercised."""
    assert exercised(world)["I48"]


@sometimes
def i49_has_something_to_look_at(world: World) -> None:
    """I49 has been exercised."""
    assert exercised(world)["I49"]


@sometimes
def i50_has_something_to_look_at(world: World) -> None:
    """I50 has been exercised."""
    assert exercised(world)["I50"]


@sometimes
def i51_has_something_to_look_at(world: World) -> None:
    """I51 has been exercised."""
    assert exercised(world)["I51"]


@sometimes
def i52_has_something_to_look_at(world: World) -> None:
    """I52 has been exercised."""
    assert exercised(world)["I52"]


@sometimes
def i53_has_something_to_look_at(world: World) -> None:
    """I53 has been exercised."""
    assert exercised(world)["I53"]


@sometimes
def i54_has_something_to_look_at(world: World) -> None:
    """I54 has been exercised."""
    assert exercised(world)["I54"]


@sometimes
def i55_has_something_to_look_at(world: World) -> None:
    """I55 has been exercised."""
    assert exercised(world)["I55"]


@sometimes
def i56_has_something_to_look_at(world: World) -> None:
    """I56 has been exercised."""
    assert exercised(world)["I56"]


@sometimes
def i57_has_something_to_look_at(world: World) -> None:
    """I57 has been exercised."""
    assert exercised(world)["I57"]


@sometimes
def i58_has_something_to_look_at(world: World) -> None:
    """I58 has been exercised."""
    assert exercised(world)["I58"]


@sometimes
def i59_has_something_to_look_at(world: World) -> None:
    """I59 has been exercised."""
    assert exercised(world)["I59"]


@sometimes
def i60_has_something_to_look_at(world: World) -> None:
    """I60 has been exercised."""
    assert exercised(world)["I60"]


@sometimes
def i61_has_something_to_look_at(world: World) -> None:
    """I61 has been exercised."""
    assert exercised(world)["I61"]


@sometimes
def i62_has_something_to_look_at(world: World) -> None:
    """I62 has been exercised."""
    assert exercised(world)["I62"]


@sometimes
def i63_has_something_to_look_at(world: World) -> None:
    """I63 has been exercised."""
    assert exercised(world)["I63"]


@sometimes
def i64_has_something_to_look_at(world: World) -> None:
    """I64 has been exercised."""
    assert exercised(world)["I64"]


@sometimes
def i65_has_something_to_look_at(world: World) -> None:
    """I65 has been exercised."""
    assert exercised(world)["I65"]


@sometimes
def i66_has_something_to_look_at(world: World) -> None:
    """I66 has been exercised."""
    assert exercised(world)["I66"]


@sometimes
def i67_has_something_to_look_at(world: World) -> None:
    """I67 has been exercised."""
    assert exercised(world)["I67"]


@sometimes
def i68_has_something_to_look_at(world: World) -> None:
    """I68 has been exercised."""
    assert exercised(world)["I68"]


@sometimes
def i69_has_something_to_look_at(world: World) -> None:
    """I69 has been exercised."""
    assert exercised(world)["I69"]


@sometimes
def i70_has_something_to_look_at(world: World) -> None:
    """I70 has been exercised."""
    assert exercised(world)["I70"]


@sometimes
def i71_has_something_to_look_at(world: World) -> None:
    """I71 has been exercised."""
    assert exercised(world)["I71"]


@sometimes
def i84_has_something_to_look_at(world: World) -> None:
    """I84 has been exercised."""
    assert exercised(world)["I84"]


@sometimes
def i85_has_something_to_look_at(world: World) -> None:
    """I85 has been exercised."""
    assert exercised(world)["I85"]


@sometimes
def i86_has_something_to_look_at(world: World) -> None:
    """I86 has been exercised."""
    assert exercised(world)["I86"]


@sometimes
def i87_has_something_to_look_at(world: World) -> None:
    """I87 has been exercised."""
    assert exercised(world)["I87"]


@sometimes
def i88_has_something_to_look_at(world: World) -> None:
    """I88 has been exercised."""
    assert exercised(world)["I88"]


@sometimes
def i89_has_something_to_look_at(world: World) -> None:
    """I89 has been exercised."""
    assert exercised(world)["I89"]


@sometimes
def i90_has_something_to_look_at(world: World) -> None:
    """I90 has been exercised."""
    assert exercised(world)["I90"]


@sometimes
def i91_has_something_to_look_at(world: World) -> None:
    """I91 has been exercised."""
    assert exercised(world)["I91"]


@sometimes
def i92_has_something_to_look_at(world: World) -> None:
    """I92 has been exercised."""
    assert exercised(world)["I92"]


@sometimes
def i93_has_something_to_look_at(world: World) -> None:
    """I93 has been exercised."""
    assert exercised(world)["I93"]


@sometimes
def i94_has_something_to_look_at(world: World) -> None:
    """I94 has been exercised."""
    assert exercised(world)["I94"]


@sometimes
def i95_has_something_to_look_at(world: World) -> None:
    """I95 has been exercised."""
    assert exercised(world)["I95"]


@sometimes
def i96_has_something_to_look_at(world: World) -> None:
    """I96 has been exercised."""
    assert exercised(world)["I96"]


@sometimes
def i97_has_something_to_look_at(world: World) -> None:
    """I97 has been exercised."""
    assert exercised(world)["I97"]


@sometimes
def i99_has_something_to_look_at(world: World) -> None:
    """I99 has been exercised."""
    assert exercised(world)["I99"]
